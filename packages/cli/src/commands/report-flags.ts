import type { Printer } from "../output/printer.ts";
import { UsageError } from "../output/usage-error.ts";
import type { CommonFlags } from "../target/session.ts";
import { commonFlags, switchFlag } from "./flags.ts";

/** Flags of what is shown as a table. */
export interface ReportFlags extends CommonFlags {
  readonly csv?: boolean | undefined;
}

export const reportFlags = {
  ...commonFlags,
  csv: switchFlag("for a spreadsheet"),
} as const;

/** @throws UsageError for two forms at once */
export function requireOneForm({ csv, json }: ReportFlags): void {
  if (csv === true && json === true) throw new UsageError("--csv and --json exclude each other");
}

/** Says that the figures do not have everything yet, where JSON does not say so itself. */
export function noteUncounted(print: Printer, since: string | undefined): void {
  if (since === undefined || print.json) return;
  print.note(`not added up yet: changes since ${since}`);
}
