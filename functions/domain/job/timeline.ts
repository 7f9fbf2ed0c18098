import * as z from "zod/mini";
import { failureSchema } from "./failure.ts";
import { jobStatusSchema } from "./job-status.ts";

export const statusChangeSchema = z.object({
  /** 1 for the first status of the job; also the order in which changes are published. */
  seq: z.int(),
  status: jobStatusSchema,
  at: z.iso.datetime(),
  attempt: z.int(),
  reason: z.optional(z.string()),
  /**
   * What a failure was besides its reason, so that an event that comes late tells of its own
   * change.
   */
  failure: z.optional(z.pick(failureSchema, { code: true, party: true })),
});

/** One line of a job's timeline; written only when the status changes. */
export type StatusChange = z.infer<typeof statusChangeSchema>;

/** The latest changes that a timeline keeps, however many attempts there were. */
const KEPT_CHANGES = 60;

/**
 * What a timeline may hold in all. DynamoDB takes 400 kB an item, of which AKOOL's answer and the
 * caller's tags need their share.
 */
const TIMELINE_BYTES = 120_000;

/**
 * Bytes that a change is counted with besides its reason: names, a failure's code, instants,
 * numbers.
 */
const BYTES_A_CHANGE = 260;

/** Bytes of UTF-8 that a reason may have anywhere in the record. */
export const REASON_BYTES = 1_000;

/**
 * A timeline with one more change, bounded whatever happens: a job can begin again any number of
 * times. Decision 0066.
 *
 * The oldest published changes in the middle are dropped; the first change, the first end at AKOOL
 * and the latest ones stay. `seq` goes on counting, so that a gap shows how many are missing. If
 * the event bus takes nothing for hundreds of attempts, old unpublished changes lose their reasons,
 * and as a last resort they are dropped as well: a record too large for the table could not be
 * written at all.
 *
 * @param published `seq` of the last change that is known to be published
 */
export function withChange(
  history: readonly StatusChange[],
  change: StatusChange,
  published: number,
): StatusChange[] {
  const all = [...history, change];
  const milestones = milestonesOf(all);
  const latest = change.seq - KEPT_CHANGES;
  const kept = all.filter(
    // The last published change is the next one's previous status.
    ({ seq }) => seq > latest || seq >= published || milestones.has(seq),
  );
  return bytesOf(kept) <= TIMELINE_BYTES ? kept : reduced(kept, milestones, latest);
}

/** Changes of the job's timeline that are not kept any more. */
export function omittedChanges({
  statusHistory,
}: {
  statusHistory: readonly StatusChange[];
}): number {
  return Math.max(...statusHistory.map(({ seq }) => seq)) - statusHistory.length;
}

/** Where the job began, and where AKOOL gave its verdict: any later attempt needs them. */
function milestonesOf(changes: readonly StatusChange[]): ReadonlySet<number> {
  const first = (...statuses: StatusChange["status"][]) =>
    changes.find(({ status }) => statuses.includes(status))?.seq ?? 1;
  return new Set([1, first("completed"), first("completed", "failed")]);
}

function reduced(
  changes: readonly StatusChange[],
  milestones: ReadonlySet<number>,
  latest: number,
): StatusChange[] {
  const isOld = ({ seq }: StatusChange) => seq <= latest;
  const brief = changes.map((change) => {
    const { reason: _reason, ...rest } = change;
    return isOld(change) ? rest : change;
  });
  const excess = bytesOf(brief) - TIMELINE_BYTES;
  const spare = brief.filter((change) => isOld(change) && !milestones.has(change.seq));
  const dropped = new Set(spare.slice(0, Math.max(0, Math.ceil(excess / BYTES_A_CHANGE))));
  return brief.filter((change) => !dropped.has(change));
}

function bytesOf(changes: readonly StatusChange[]): number {
  return changes.reduce(
    (sum, { reason = "" }) => sum + BYTES_A_CHANGE + Buffer.byteLength(reason),
    0,
  );
}
