import type { Ledger } from "@akool-archiver/client";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { ago, byteSize, plainText, table } from "../output/format.ts";
import { UsageError } from "../output/usage-error.ts";
import { openSession } from "../target/session.ts";
import { textFlag } from "./flags.ts";
import { noteUncounted, type ReportFlags, reportFlags, requireOneForm } from "./report-flags.ts";

interface Flags extends ReportFlags {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly "group-by"?: string | undefined;
}

type Row = Ledger["total"];

export const ledger = buildCommand<Flags, [], Context>({
  docs: {
    brief: "what was spent, and what is in the archive for it",
    fullDescription: "Without dates: this month so far. Days are those of UTC, both ends count.",
    customUsage: [
      { input: "--from 2026-11-01 --to 2026-11-30", brief: "by day" },
      { input: "--group-by tag:team --csv", brief: "by a tag's values, for a spreadsheet" },
    ],
  },
  parameters: {
    flags: {
      ...reportFlags,
      from: textFlag("DAY", "the first day (default: the first of this month)"),
      to: textFlag("DAY", "the last day (default: today)"),
      "group-by": textFlag("WHAT", "day, product or tag:NAME (default: day)"),
    },
  },
  async func(flags) {
    requireOneForm(flags);
    const query = ledgerQuery(flags, Date.now());
    const { archiver, print, signal } = await openSession(this, flags);
    if (flags.csv === true) {
      const sheet = await archiver.getLedgerCsv(query, { signal });
      print.result(undefined, sheet.trimEnd());
      return;
    }
    const found = await archiver.getLedger(query, { signal });
    print.result(found, describe(found, Date.now()));
    noteUncounted(print, found.uncountedSince);
  },
});

/**
 * @param now epoch milliseconds
 * @throws UsageError for a day that is none, an end before the beginning, and an unknown group
 */
export function ledgerQuery(
  { from, to, "group-by": groupBy = "day" }: Omit<Flags, keyof ReportFlags>,
  now: number,
) {
  const today = new Date(now).toISOString().slice(0, 10);
  const query = {
    from: day(from ?? `${today.slice(0, 8)}01`, "--from"),
    to: day(to ?? today, "--to"),
    groupBy: group(groupBy),
  };
  if (query.from > query.to) throw new UsageError(`--from ${query.from} is after --to ${query.to}`);
  return query;
}

function day(text: string, flag: string): string {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Date.parse takes the 31st of every month.
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(text)) return text;
  throw new UsageError(`${flag} wants a day such as 2026-11-22, not ${JSON.stringify(text)}`);
}

function group(text: string): "day" | "product" | `tag:${string}` {
  if (text === "day" || text === "product") return text;
  const [, name] = /^tag:([^:]{1,128})$/.exec(text) ?? [];
  if (name !== undefined) return `tag:${name}`;
  throw new UsageError(`--group-by wants day, product or tag:NAME, not ${JSON.stringify(text)}`);
}

function describe(found: Ledger, now: number): string {
  const { groupBy, rows, total } = found;
  const head = [
    "JOBS",
    "CREDITS",
    "ESTIMATED",
    "ARCHIVED",
    "SIZE",
    "MISSING",
    "AT STAKE",
    "FAILED",
  ];
  const lines = table([
    [groupBy.toUpperCase(), ...head],
    ...rows.map((row) => [plainText(row.group) || '""', ...cellsOf(row)]),
    ["TOTAL", ...cellsOf(total)],
  ]);
  const remarks = remarksOn(found, now);
  return remarks.length === 0 ? lines : `${lines}\n\n${remarks.join("\n")}`;
}

function remarksOn({ missingUntil, submissions: { settled, unknown } }: Ledger, now: number) {
  return [
    ...(missingUntil === undefined
      ? []
      : [
          `AKOOL deletes the first of the missing files ${ago(missingUntil, now)}: akool-archiver expiring`,
        ]),
    ...(settled === 0 ? [] : [`Submissions of unknown outcome that were settled: ${settled}`]),
    ...(unknown === 0
      ? []
      : [`Submissions of unknown outcome: ${unknown}: akool-archiver swaps --unknown`]),
  ];
}

/** Companions are told with the videos: what is missing of either was paid for. */
function cellsOf({ jobs, credits, videos, companions, failed }: Row): string[] {
  return [
    String(jobs),
    String(credits.charged),
    String(credits.estimated),
    `${videos.archived}+${companions.archived}`,
    byteSize(videos.bytes + companions.bytes),
    `${videos.missing}+${companions.missing}`,
    String(videos.missingCredits),
    String(failed.jobs),
  ];
}
