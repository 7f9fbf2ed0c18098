import { toIso } from "#domain/job/job.ts";
import { JOB_STATUSES } from "#domain/job/job-status.ts";
import type { Sums } from "#domain/ledger/sums.ts";
import type { Ledger, LedgerRequest } from "#use-cases/ledger/read-ledger.ts";
import type { Expiring, Summary } from "#use-cases/ledger/read-summary.ts";
import type { LedgerSumsView, LedgerView, SummaryView } from "./ledger-schemas.ts";

/** What the API shows of the ledger. */
export function ledgerView({ from, to, groupBy }: LedgerRequest, ledger: Ledger): LedgerView {
  const { rows, total, submissions, uncountedSince } = ledger;
  const { missingUntil } = total;
  return {
    from,
    to,
    groupBy,
    rows: rows.map(({ group, sums }) => ({ group, ...sumsView(sums) })),
    total: sumsView(total),
    ...(missingUntil !== undefined && { missingUntil }),
    submissions,
    ...(uncountedSince !== undefined && { uncountedSince }),
  };
}

function sumsView(sums: Sums): LedgerSumsView {
  return {
    jobs: sums.jobs,
    credits: { charged: sums.charged, estimated: sums.estimated },
    videos: {
      archived: sums.archived,
      bytes: sums.bytes,
      missing: sums.missing,
      missingCredits: sums.missingCredits,
    },
    companions: {
      archived: sums.companionsArchived,
      bytes: sums.companionBytes,
      missing: sums.companionsMissing,
    },
    failed: { jobs: sums.failed, credits: sums.failedCredits },
  };
}

/** What the API shows of how things stand. */
export function summaryView(summary: Summary): SummaryView {
  const { at, countedAt, submissionsUnknown, imports, day, credits, budget } = summary;
  const { counts, balance, uncountedSince } = summary;
  return {
    at,
    counts: countsView(counts),
    ...(countedAt !== undefined && { countedAt }),
    expiring: summary.expiring.map(expiringView),
    submissionsUnknown,
    needsPerson: needsPerson(summary),
    ...(imports && {
      imports: imports.map(({ importId, startedAt }) => ({
        importId,
        state: "running" as const,
        startedAt: startedAt.toISOString(),
      })),
    }),
    credits: { day, charged: credits.charged, estimated: credits.estimated },
    ...(budget && { budget }),
    ...(balance && { balance: { credits: balance.credits, at: toIso(balance.at) } }),
    ...(uncountedSince !== undefined && { uncountedSince }),
  };
}

function countsView(counts: Summary["counts"]): SummaryView["counts"] {
  const entries = JOB_STATUSES.map((status) => [status, counts[status] ?? 0] as const);
  return Object.fromEntries(entries) as Record<(typeof JOB_STATUSES)[number], number>;
}

function expiringView({ job, missing, reason }: Expiring): SummaryView["expiring"][number] {
  const { videoModelId, status, videoExpiresAt } = job;
  return {
    videoModelId,
    status,
    videoExpiresAt,
    ...(reason !== undefined && { reason }),
    missing,
  };
}

/** Only what nothing in the archiver can settle by itself. */
function needsPerson({ submissionsUnknown, expiring }: Summary): SummaryView["needsPerson"] {
  const waiting = [
    {
      kind: "submission_unknown",
      count: submissionsUnknown,
      detail:
        "AKOOL may have created and charged these videos: look for them in AKOOL, then settle each " +
        "submission (GET /character-swaps?state=submit_unknown lists them)",
    },
    {
      kind: "expiring",
      count: expiring.length,
      detail:
        "AKOOL deletes these files within 48 hours and they are not archived: the reason of each " +
        "says what stands in the way",
    },
  ];
  return waiting.filter(({ count }) => count > 0);
}
