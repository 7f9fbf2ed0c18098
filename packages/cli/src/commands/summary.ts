import type { Summary } from "@akool-archiver/client";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { csv } from "../output/csv.ts";
import { ago, plainText, table } from "../output/format.ts";
import type { Printer } from "../output/printer.ts";
import { openSession } from "../target/session.ts";
import { expiringRows } from "./expiring.ts";
import { noteUncounted, type ReportFlags, reportFlags, requireOneForm } from "./report-flags.ts";

export const summary = buildCommand<ReportFlags, [], Context>({
  docs: {
    brief: "how it stands: jobs by status, what expires, what needs a person, credits",
    customUsage: [
      { input: "", brief: "for a person" },
      { input: "--csv", brief: "name and figure, for a spreadsheet" },
    ],
  },
  parameters: { flags: reportFlags },
  async func(flags) {
    requireOneForm(flags);
    const { archiver, print, signal } = await openSession(this, flags);
    const found = await archiver.getSummary({ signal });
    const text = flags.csv === true ? csv(figures(found)) : describe(found, print, Date.now());
    print.result(found, text);
    noteUncounted(print, found.uncountedSince);
  },
});

function describe(found: Summary, print: Printer, now: number): string {
  const { counts, countedAt, expiring, imports = [], needsPerson } = found;
  const statuses = Object.entries(counts).filter(([, count]) => count > 0);
  const blocks = [
    table([
      ["JOBS", countedAt === undefined ? "not counted yet" : `counted ${ago(countedAt, now)}`],
      ...statuses.map(([status, count]) => [status, String(count)]),
      ...(statuses.length === 0 && countedAt !== undefined ? [["none", ""]] : []),
    ]),
    table([["CREDITS", ""], ...creditRows(found, now)]),
    ...(expiring.length > 0 ? [table(expiringRows(expiring, now))] : []),
    ...(imports.length > 0
      ? [
          table([
            ["IMPORT", "STATE", "STARTED"],
            ...imports.map(({ importId, state, startedAt }) => [
              importId,
              state,
              ago(startedAt, now),
            ]),
          ]),
        ]
      : []),
    needing(needsPerson, print),
  ];
  return blocks.join("\n\n");
}

function creditRows({ credits, budget, balance }: Summary, now: number): string[][] {
  return [
    [`of ${credits.day}`, `${credits.charged} charged, ${credits.estimated} estimated`],
    ...(budget === undefined
      ? []
      : [
          [
            `of ${budget.period}`,
            `${budget.spent} of ${budget.limit} charged (${Math.round(budget.share * 100)} %), about ${budget.running} more running`,
          ],
        ]),
    ...(balance === undefined
      ? []
      : [["at AKOOL", `${balance.credits} left, asked ${ago(balance.at, now)}`]]),
  ];
}

/** The commands for what the archiver says in the API's words. */
const NEXT: Readonly<Record<string, string>> = {
  submission_unknown: "AKOOL may have charged for them: akool-archiver swaps --unknown",
  expiring: "not archived, and AKOOL deletes them soon: akool-archiver expiring",
};

function needing(needs: Summary["needsPerson"], print: Printer): string {
  const rows = needs.map(({ kind, count, detail }) =>
    [kind, String(count), NEXT[kind] ?? detail].map(plainText),
  );
  if (rows.length === 0) return print.good("Nothing needs a person.");
  return `${print.bad("Needs a person")}\n${table(rows)}`;
}

/** One figure a line. */
function figures(found: Summary): (readonly [string, string | number])[] {
  const { counts, credits, budget, balance, expiring } = found;
  const { submissionsUnknown, needsPerson, imports } = found;
  return [
    ["name", "figure"],
    ...Object.entries(counts).map(([status, count]) => [`jobs.${status}`, count] as const),
    ["expiring", expiring.length],
    ["submissions.unknown", submissionsUnknown],
    ...needsPerson.map(({ kind, count }) => [`needs_person.${kind}`, count] as const),
    ...(imports === undefined ? [] : [["imports.running", imports.length] as const]),
    ["credits.charged", credits.charged],
    ["credits.estimated", credits.estimated],
    ...(balance === undefined ? [] : [["balance.credits", balance.credits] as const]),
    ...(budget === undefined
      ? []
      : ([
          ["budget.spent", budget.spent],
          ["budget.running", budget.running],
          ["budget.limit", budget.limit],
        ] as const)),
  ];
}
