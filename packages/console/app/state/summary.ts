import { signal } from "@preact/signals";
import { getSummary, isMissingRoute } from "./api.ts";
import type { Summary } from "./contract.ts";

/** Undefined until it is read; `missing` where the archiver has no such route. */
export const summary = signal<Summary | "missing" | undefined>(undefined);

export async function readSummary(signal: AbortSignal): Promise<void> {
  if (summary.value === "missing") return;
  try {
    summary.value = await getSummary(signal);
  } catch (error) {
    if (!isMissingRoute(error)) throw error;
    summary.value = "missing";
  }
}

/** The summary, where there is one. */
export function knownSummary(): Summary | undefined {
  return summary.value === "missing" ? undefined : summary.value;
}
