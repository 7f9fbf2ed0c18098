import { type Job, toIso, VIDEO_LIFETIME_MS } from "./job.ts";
import type { AkoolFields, Answer } from "./observation.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A job older than this when it is first followed has lost its video long ago. */
const OLDEST_JOB_MS = 30 * DAY_MS;
const CLOCK_SKEW_MS = DAY_MS;

/**
 * Pieces of evidence it takes to give a video up; one, or several within the same hour, do not do.
 */
const EVIDENCE = 3;
/** How long a video is still looked for after AKOOL should have deleted it. */
const GRACE_MS = 6 * HOUR_MS;

/**
 * While a fault of ours keeps a video from the archive, nothing is known of the video itself. This
 * long after AKOOL should have deleted it, it is given up all the same.
 */
const LAST_HOPE_MS = 7 * DAY_MS;

type Lifetime = Pick<Job, "videoExpiresAt" | "videoGoneAt">;

type LossEvidence = NonNullable<Job["lossEvidence"]>;

/**
 * What an answer says of when AKOOL deletes the video. It keeps videos for 7 days, and does not say
 * from when: the earlier of the two candidates is what people are warned by, the later one decides
 * when a video is given up. Decision 0065.
 *
 * An implausible time (another unit, a broken clock) must decide neither; then the time at which
 * the job was first followed counts.
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

/** Epoch milliseconds up to which AKOOL may still have the video and its companions. */
export function goneAt({ videoExpiresAt, videoGoneAt = videoExpiresAt }: Lifetime): number {
  return Math.max(Date.parse(videoExpiresAt), Date.parse(videoGoneAt));
}

/** Epoch milliseconds up to which a job is followed while AKOOL says nothing about it. */
export function followedUntil(job: Job): number {
  return Math.max(Date.parse(job.deadlineAt), goneAt(job)) + GRACE_MS;
}

/**
 * The job with one more piece of evidence that its video is gone: it was refused or denied after
 * AKOOL should have deleted it. Before that time this says nothing.
 *
 * @param now epoch milliseconds
 */
export function withLossEvidence(job: Job, now: number): Job {
  const gone = goneAt(job);
  return now < gone ? job : { ...job, lossEvidence: oneMorePiece(job.lossEvidence, gone, now) };
}

/** The evidence with one more piece, as of a file that AKOOL should have deleted at `gone`. */
export function oneMorePiece(known: Job["lossEvidence"], gone: number, now: number): LossEvidence {
  // AKOOL has since named a later time.
  const counts = known !== undefined && Date.parse(known.since) >= gone;
  return counts
    ? { since: known.since, count: Math.min(known.count + 1, EVIDENCE) }
    : { since: toIso(now), count: 1 };
}

/**
 * Whether the video is proven gone: refused three times over six hours, after it should be deleted.
 */
export function isLossProven(job: Job, now: number): boolean {
  return isProof(job.lossEvidence, goneAt(job), now);
}

/** Whether the evidence proves that a file is gone that AKOOL should have deleted at `gone`. */
export function isProof(evidence: Job["lossEvidence"], gone: number, now: number): boolean {
  if (evidence === undefined || evidence.count < EVIDENCE) return false;
  const since = Date.parse(evidence.since);
  return since >= gone && now >= since + GRACE_MS;
}

/** Whether so much time has passed that the video is gone, whatever kept us from asking. */
export function isBeyondHope(job: Job, now: number): boolean {
  return now >= goneAt(job) + LAST_HOPE_MS;
}
