import * as z from "zod/mini";
import { JOB_STATUSES } from "#domain/job/job-status.ts";
import { videoModelIdSchema } from "#domain/job/tracking-request.ts";
import { isDay } from "#domain/ledger/days.ts";

const timestamp = z.iso.datetime();
const A_DAY = "must be a day that there is, from 2000 on, as 2026-11-27";
const day = z.iso.date({ error: A_DAY, abort: true }).check(z.refine(isDay, A_DAY));

export const ledgerQuery = z.strictObject({
  /** The first day, in UTC. Default: 30 days before the last one. */
  from: z.optional(day),
  /** The last day, included. Default: today. */
  to: z.optional(day),
  /** `day` (the default), `product`, or `tag:NAME` for a tag of the setting `ledgerTags`. */
  groupBy: z.optional(
    z
      .string()
      .check(z.regex(/^(?:day|product|tag:[^:]{1,128})$/, "must be day, product or tag:NAME")),
  ),
});

const sums = {
  /** Jobs that have ended, and character swaps from their creation on. */
  jobs: z.int(),
  /** As AKOOL has charged them; and what character swaps were expected to cost. */
  credits: z.object({ charged: z.number(), estimated: z.number() }),
  /** `missing`: made by AKOOL, not in the bucket; `missingCredits` were charged for these. */
  videos: z.object({
    archived: z.int(),
    bytes: z.number(),
    missing: z.int(),
    missingCredits: z.number(),
  }),
  companions: z.object({ archived: z.int(), bytes: z.number(), missing: z.int() }),
  /** Jobs that have ended without a video. */
  failed: z.object({ jobs: z.int(), credits: z.number() }),
};

export const ledgerSumsSchema = z.object(sums);
export const ledgerRowSchema = z.object({
  /** The day, the product or the tag's value; `other` for what is beyond the bound. */
  group: z.string(),
  ...sums,
});

export type LedgerSumsView = z.infer<typeof ledgerSumsSchema>;

export const ledgerSchema = z.object({
  from: z.string(),
  to: z.string(),
  groupBy: z.string(),
  rows: z.array(ledgerRowSchema),
  total: ledgerSumsSchema,
  /** When AKOOL deletes the first of the missing files that may still come. */
  missingUntil: z.optional(timestamp),
  /** Submissions of these days that were of unknown outcome: settled by a person, or not yet. */
  submissions: z.object({ settled: z.int(), unknown: z.int() }),
  /** Since when there are changes that are not in this answer; absent if all of them are. */
  uncountedSince: z.optional(timestamp),
});

export type LedgerView = z.infer<typeof ledgerSchema>;

export const summarySchema = z.object({
  at: timestamp,
  /** Jobs by their status; those that have ended also if their record was deleted since. */
  counts: z.record(z.enum(JOB_STATUSES), z.int()),
  /** When they were counted, every 5 minutes; absent before the first time. */
  countedAt: z.optional(timestamp),
  /**
   * Videos, or their companions, that are not archived and that AKOOL deletes within 48 hours; the
   * soonest first, at most 20.
   */
  expiring: z.array(
    z.object({
      videoModelId: videoModelIdSchema,
      status: z.enum(JOB_STATUSES),
      videoExpiresAt: timestamp,
      reason: z.optional(z.string()),
      missing: z.enum(["video", "companions"]),
    }),
  ),
  /** Submissions of which only a person can say whether AKOOL has made the video. */
  submissionsUnknown: z.int(),
  /** What waits for a person, and what to do about it. */
  needsPerson: z.array(z.object({ kind: z.string(), count: z.int(), detail: z.string() })),
  /** Under way, the newest first, at most 10; absent while Step Functions does not tell. */
  imports: z.optional(
    z.array(z.object({ importId: z.string(), state: z.enum(["running"]), startedAt: timestamp })),
  ),
  /** Of the videos created on this day, in UTC. */
  credits: z.object({ day: z.string(), charged: z.number(), estimated: z.number() }),
  /** Where a budget is set. */
  budget: z.optional(
    z.object({
      /** The day or the month, in UTC. */
      period: z.string(),
      limit: z.number(),
      /** Credits that AKOOL has charged. */
      spent: z.number(),
      /** Estimated credits of character swaps that still run. */
      running: z.number(),
      /** `spent` as a share of `limit`. */
      share: z.number(),
    }),
  ),
  /** What AKOOL says is left on the account, asked every 5 minutes at most; absent while it does not. */
  balance: z.optional(z.object({ credits: z.number(), at: timestamp })),
  /** Since when there are credits that are not in this answer; absent if all of them are. */
  uncountedSince: z.optional(timestamp),
});

export type SummaryView = z.infer<typeof summarySchema>;
