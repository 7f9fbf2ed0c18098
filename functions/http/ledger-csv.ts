import type { LedgerSumsView, LedgerView } from "./ledger-schemas.ts";

/** The columns, in an order that is a promise to whoever reads them by number. */
const COLUMNS: readonly [name: string, value: (sums: LedgerSumsView) => number][] = [
  ["jobs", ({ jobs }) => jobs],
  ["credits_charged", ({ credits }) => credits.charged],
  ["credits_estimated", ({ credits }) => credits.estimated],
  ["videos_archived", ({ videos }) => videos.archived],
  ["videos_bytes", ({ videos }) => videos.bytes],
  ["videos_missing", ({ videos }) => videos.missing],
  ["videos_missing_credits", ({ videos }) => videos.missingCredits],
  ["companions_archived", ({ companions }) => companions.archived],
  ["companions_bytes", ({ companions }) => companions.bytes],
  ["companions_missing", ({ companions }) => companions.missing],
  ["failed_jobs", ({ failed }) => failed.jobs],
  ["failed_credits", ({ failed }) => failed.credits],
];

/**
 * The rows of a ledger as CSV (RFC 4180) with a header, and without the total, which a spreadsheet
 * makes itself. Hand-written: a name and twelve numbers a line.
 */
export function ledgerCsv({ rows }: LedgerView): string {
  const header = ["group", ...COLUMNS.map(([name]) => name)];
  const lines = rows.map(({ group, ...sums }) => [
    csvText(group),
    ...COLUMNS.map(([, value]) => String(value(sums))),
  ]);
  return [header, ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}

/**
 * A text as one cell. Whoever may tag a job must not be able to run a formula in the spreadsheet of
 * whoever opens the ledger, so what a spreadsheet would take for one gets an apostrophe in front
 * (OWASP, "CSV injection").
 */
function csvText(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
