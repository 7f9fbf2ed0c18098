import { type Job, toIso, VIDEO_LIFETIME_MS } from "./job.ts";
import type { AkoolFields, Answer } from "./observation.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A job that is older than this when it is first followed has lost its video long ago. */
const OLDEST_JOB_MS = 30 * DAY_MS;
const CLOCK_SKEW_MS = DAY_MS;

/** A video is not given up on one piece of evidence, nor on several of the same hour. */
const EVIDENCE = 3;
/** For so long after AKOOL should have deleted a video it is still looked for, in any case. */
const GRACE_MS = 6 * HOUR_MS;

/**
 * While it is our own fault that a video is not archived, nothing is known of the video itself. Beyond
 * this time after AKOOL should have deleted it, that is not believed any more.
 */
const LAST_HOPE_MS = 7 * DAY_MS;

type Lifetime = Pick<Job, "videoExpiresAt" | "videoGoneAt">;

/**
 * What an answer says of when AKOOL deletes the video. It keeps videos for 7 days, and does not say
 * from when: the earlier of the two candidates is what people are warned by, the later one decides
 * when a video is given up.
 *
 * A time far from any sense (another unit, a broken clock) must decide neither; then the time from
 * which we know the job stands.
 *
 * @param now epoch milliseconds of the answer
 */
export function lifetimeOf(job: Job, { createdAt, akool }: Answer, now: number): Partial<Lifetime> {
  const times = [createdAt, updatedAt(akool)].filter((time) => isBelievable(time, job, now));
  if (times.length === 0) return {};
  const end = (time: number) => toIso(Math.min(time, now) + VIDEO_LIFETIME_MS);
  const created = isBelievable(createdAt, job, now) ? { videoExpiresAt: end(createdAt) } : {};
  return { ...created, videoGoneAt: end(Math.max(...times)) };
}

function updatedAt({ update_time: updated }: AkoolFields): number | undefined {
  return typeof updated === "number" ? updated : undefined;
}

function isBelievable(time: number | undefined, job: Job, now: number): time is number {
  const earliest = Date.parse(job.acceptedAt) - OLDEST_JOB_MS;
  return time !== undefined && time >= earliest && time <= now + CLOCK_SKEW_MS;
}

/** Epoch milliseconds up to which AKOOL may still have the video. */
function goneAt({ videoExpiresAt, videoGoneAt = videoExpiresAt }: Lifetime): number {
  return Math.max(Date.parse(videoExpiresAt), Date.parse(videoGoneAt));
}

/** Epoch milliseconds up to which a job is followed while AKOOL says nothing about it. */
export function followedUntil(job: Job): number {
  return Math.max(Date.parse(job.deadlineAt), goneAt(job)) + GRACE_MS;
}

/**
 * The job, with one more sign that its video is not to be had any more: it was refused, or denied, at
 * a time when AKOOL should have deleted it. Before that such a sign says nothing.
 *
 * @param now epoch milliseconds
 */
export function withLossEvidence(job: Job, now: number): Job {
  const gone = goneAt(job);
  if (now < gone) return job;
  const known = job.lossEvidence;
  // AKOOL has told of a later time since.
  const counts = known !== undefined && Date.parse(known.since) >= gone;
  const lossEvidence = counts
    ? { since: known.since, count: Math.min(known.count + 1, EVIDENCE) }
    : { since: toIso(now), count: 1 };
  return { ...job, lossEvidence };
}

/** Whether the video is gone by what was seen of it: three times, over six hours, after its time. */
export function isLossProven(job: Job, now: number): boolean {
  const { lossEvidence: evidence } = job;
  if (evidence === undefined || evidence.count < EVIDENCE) return false;
  const since = Date.parse(evidence.since);
  return since >= goneAt(job) && now >= since + GRACE_MS;
}

/** Whether so much time has passed that the video is gone, whatever has kept us from asking. */
export function isBeyondHope(job: Job, now: number): boolean {
  return now >= goneAt(job) + LAST_HOPE_MS;
}
