import { LONGEST_SECONDS, SHORTEST_SECONDS } from "#domain/polling/duration-histogram.ts";
import { believedCreation, type Job } from "./job.ts";

/** How far AKOOL's clock may be from ours. */
const CLOCK_SKEW_MS = 60_000;

/**
 * The duration of a job that a poll has just found completed, from `create_time` and `update_time`.
 *
 * AKOOL's `update_time` is "the last update or the completion". It counts only if it can be the
 * completion: the poll before saw the job unfinished, and `update_time` lies between the two polls,
 * give or take a minute of clock skew. A job that was completed before it was followed teaches
 * nothing.
 *
 * @param before the record before the poll
 * @param after the record after it
 * @param now epoch milliseconds of the poll
 * @returns seconds by AKOOL's own clock, the queue included; nothing where the times are absent or
 *   cannot be true
 */
export function observedDuration(before: Job, after: Job, now: number): number | undefined {
  const last = before.lastObservation;
  if (last?.kind !== "queueing" && last?.kind !== "processing") return undefined;
  if (after.status !== "completed") return undefined;
  const created = believedCreation(after);
  const { create_time: createTime, update_time: completed } = after.akool ?? {};
  if (createTime !== created || typeof completed !== "number") return undefined;
  if (completed < Date.parse(last.at) - CLOCK_SKEW_MS) return undefined;
  if (completed > now + CLOCK_SKEW_MS) return undefined;
  const seconds = (completed - created) / 1000;
  return seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS ? undefined : seconds;
}
