import type { Summary } from "@akool-archiver/client";
import { signal } from "@preact/signals";
import { api, isMissingRoute } from "./api.ts";

/** Undefined until it is read; `missing` where the archiver has no such route. */
export const summary = signal<Summary | "missing" | undefined>(undefined);

export async function readSummary(signal: AbortSignal): Promise<void> {
  if (summary.value === "missing") return;
  try {
    summary.value = await api().getSummary({ signal });
  } catch (error) {
    if (!isMissingRoute(error)) throw error;
    summary.value = "missing";
  }
}

/** The summary, where there is one. */
export function knownSummary(): Summary | undefined {
  return summary.value === "missing" ? undefined : summary.value;
}
