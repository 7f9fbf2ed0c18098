import type { Summary } from "@akool-archiver/client";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { csv } from "../output/csv.ts";
import { ago, plainText, table } from "../output/format.ts";
import { openSession } from "../target/session.ts";
import { type ReportFlags, reportFlags, requireOneForm } from "./report-flags.ts";

type Expiring = Summary["expiring"];

export const expiring = buildCommand<ReportFlags, [], Context>({
  docs: {
    brief: "what AKOOL will delete next, and is not in the archive",
    fullDescription: "The soonest first, as many as the archiver's summary has.",
    customUsage: [
      { input: "", brief: "with what is missing, and why" },
      {
        input: "--quiet",
        brief: "ids alone: akool-archiver expiring --quiet | akool-archiver retry",
      },
    ],
  },
  parameters: { flags: reportFlags },
  async func(flags) {
    requireOneForm(flags);
    const { archiver, print, signal } = await openSession(this, flags);
    const { expiring: found } = await archiver.getSummary({ signal });
    if (flags.csv === true) print.result(undefined, csv(csvRows(found)));
    else if (print.json || print.quiet)
      for (const job of found) print.result(job, job.videoModelId);
    else if (found.length > 0) print.result(undefined, table(expiringRows(found, Date.now())));
    if (found.length === 0) print.note("nothing expires soon");
  },
});

/** @param now epoch milliseconds */
export function expiringRows(found: Expiring, now: number): string[][] {
  return [
    ["EXPIRING", "STATUS", "DELETED", "MISSING", "REASON"],
    ...found.map(({ videoModelId, status, videoExpiresAt, missing, reason = "" }) =>
      [videoModelId, status, ago(videoExpiresAt, now), missing, reason].map(plainText),
    ),
  ];
}

function csvRows(found: Expiring): string[][] {
  return [
    ["videoModelId", "status", "videoExpiresAt", "missing", "reason"],
    ...found.map(({ videoModelId, status, videoExpiresAt, missing, reason = "" }) => [
      videoModelId,
      status,
      videoExpiresAt,
      missing,
      reason,
    ]),
  ];
}
