import type { Grouping } from "#domain/ledger/hour-sums.ts";

/** The partitions of the ledger's table; the sort key of each is named beside it. */
export const PARTITIONS = {
  /** The hour that a job is counted in, as `hour`. */
  job: (videoModelId: string) => `job#${videoModelId}`,
  /** The entries of the jobs of an hour, by `videoModelId`. */
  hour: (hour: string) => `hour#${hour}`,
  /** The hours whose entries have changed since they were added up, by hour. */
  changed: "changed",
  /** The sums of a month's hours in one grouping, by hour. */
  sums: (grouping: Grouping, month: string) => `${grouping}#${month}`,
  /** Jobs by their status, by month. */
  months: "months",
  /** Unarchived videos that AKOOL deletes soon, by that time and `videoModelId`. */
  expiring: "expiring",
  /** All jobs by their status, as the sweeper last counted them, as `jobs`. */
  counts: "counts",
  /** Submissions of unknown outcome that a person has settled, by creation and key. */
  settled: "settled",
  /** The shares of a budget that were warned of, by period and share. */
  budget: "budget",
} as const;
