import * as z from "zod/mini";
import { nextCompanionSweep } from "#domain/sweeping/companion-schedule.ts";
import { nextSweep, sweepOn } from "#domain/sweeping/sweep-schedule.ts";
import { cutText } from "#domain/text/cut-text.ts";
import { storedFileSchema } from "./archived-file.ts";
import { companionFields } from "./companion.ts";
import { companionsAfter } from "./companion-state.ts";
import { areCompanionsOpen } from "./companion-work.ts";
import { creationSchema, submissionSchema } from "./creation.ts";
import { failureSchema } from "./failure.ts";
import { isEnded, type JobStatus, jobStatusSchema } from "./job-status.ts";
import { REASON_BYTES, type StatusChange, statusChangeSchema, withChange } from "./timeline.ts";
import { type FollowRequest, videoModelIdSchema } from "./tracking-request.ts";

/** An instant as ISO 8601 in UTC: readable in the console and sortable as text. */
const timestamp = z.iso.datetime();

const archiveSchema = z.extend(storedFileSchema, {
  archivedAt: timestamp,
  sourceUrl: z.string(),
});

/** A partial file, kept until a whole one comes. */
const doubtfulSchema = z.extend(storedFileSchema, {
  keptAt: timestamp,
  sourceUrl: z.string(),
});

/** The record of one followed video: one DynamoDB item, keyed by `videoModelId`. */
export const jobSchema = z.object({
  videoModelId: videoModelIdSchema,
  status: jobStatusSchema,
  statusHistory: z.array(statusChangeSchema).check(z.minLength(1)),
  /** Counts the executions that have owned the job, from 1. */
  attempt: z.int(),
  /** ARN of the execution that owns the job: only it may write observations. */
  execution: z.string(),
  acceptedAt: timestamp,
  attemptStartedAt: timestamp,
  updatedAt: timestamp,
  /** After this instant an unfinished job ends `timed_out`, if AKOOL says that it is unfinished. */
  deadlineAt: timestamp,
  /** When AKOOL deletes its copy at the earliest: 7 days after creation, or since we first knew. */
  videoExpiresAt: timestamp,
  /**
   * When AKOOL has deleted it at the latest: 7 days after its last update; absent until that is
   * known.
   */
  videoGoneAt: z.optional(timestamp),
  /** Since when, and how often, the video was refused or denied after that time. */
  lossEvidence: z.optional(z.object({ since: timestamp, count: z.int() })),
  pollCount: z.int(),
  attemptPollCount: z.int(),
  /** Calls of CheckStatus that had to be repeated in this attempt, as far as they were told. */
  attemptRetryCount: z.optional(z.int()),
  /** Consecutive polls that brought no answer about the job; drives the back-off. */
  troubleCount: z.int(),
  /**
   * `seq` of the last change that is known to be published; what comes after it is due. Kept beside
   * the version, so that acknowledging does not disturb another writer.
   */
  publishedSeq: z._default(z.int(), 0),
  /** Since when AKOOL has denied the job, without describing it in between. */
  notFoundSince: z.optional(timestamp),
  /** What the last poll saw, for a person who asks why a job does not move. */
  lastObservation: z.optional(
    z.object({ kind: z.string(), at: timestamp, detail: z.optional(z.string()) }),
  ),
  /** The documented fields of AKOOL's last answer, spelled as AKOOL spells them. */
  akool: z.optional(z.record(z.string(), z.unknown())),
  /** How the video was asked for; only where it was created through the archiver. */
  creation: z.optional(creationSchema),
  /**
   * What the keys of its files begin with: fixed before the first copy, and never changed. Absent
   * before that, and on records of versions that named files by the id alone.
   */
  keyStem: z.optional(z.string()),
  /** How many runs have begun to copy the video; more than one may have left something behind. */
  copyRuns: z.optional(z.int()),
  /**
   * How often a run was about to replace another's object; only the last such run may be recorded.
   */
  copyClaims: z.optional(z.int()),
  archive: z.optional(archiveSchema),
  /** The partial file of a video whose whole file has not come yet. */
  doubtful: z.optional(doubtfulSchema),
  ...companionFields,
  failure: z.optional(failureSchema),
  /** A fault of our own that failed the owning execution; cleared when tracking goes on. */
  fault: z.optional(
    z.object({ execution: z.string(), code: z.string(), reason: z.string(), at: timestamp }),
  ),
  /** When the sweeper checks the job; absent when there is nothing to see to. */
  sweepAt: z.optional(timestamp),
  /** Whether publishing what is due is all that is left to the sweeper. */
  sweptOnlyToPublish: z.optional(z.boolean()),
  /** When the event was published that the video expires unarchived. */
  expiryPublishedAt: z.optional(timestamp),
  tags: z.record(z.string(), z.string()),
  /** Of a character swap that was created through the API: what it was expected to cost. */
  submission: z.optional(submissionSchema),
  /** Raised by every write; every write is conditional on the version it has read. */
  version: z.int(),
});

export type Job = z.infer<typeof jobSchema>;

const HOUR_MS = 3_600_000;

/** How long a last change may wait for its writer to publish it before the sweeper does. */
export const PUBLISHING_MS = 60_000;

/** AKOOL keeps a generated video for 7 days (documented); from when, it does not say. */
export const VIDEO_LIFETIME_MS = 7 * 24 * HOUR_MS;

export interface NewAttempt {
  request: FollowRequest;
  execution: string;
  /** Epoch milliseconds. */
  now: number;
  /** Used when the request names no deadline. */
  defaultDeadlineHours: number;
}

/** The record of a job that is followed for the first time. */
export function acceptJob({ request, execution, now, defaultDeadlineHours }: NewAttempt): Job {
  const at = toIso(now);
  const videoExpiresAt = toIso(now + VIDEO_LIFETIME_MS);
  return {
    videoModelId: request.videoModelId,
    status: "accepted",
    statusHistory: [{ seq: 1, status: "accepted", at, attempt: 1 }],
    attempt: 1,
    execution,
    acceptedAt: at,
    attemptStartedAt: at,
    updatedAt: at,
    deadlineAt: deadlineOf(request, now, defaultDeadlineHours),
    videoExpiresAt,
    sweepAt: toIso(nextSweep({ status: "accepted", attempt: 1, videoExpiresAt }, now)),
    pollCount: 0,
    attemptPollCount: 0,
    troubleCount: 0,
    publishedSeq: 0,
    ...(request.creation === undefined ? {} : { creation: request.creation }),
    tags: request.tags ?? {},
    ...(request.submission && { submission: request.submission }),
    version: 1,
  };
}

/**
 * The record when another execution takes the job over: after an end that can be mended, or because
 * the owner has died. What is known of the video is kept; the verdict is not.
 */
export function acceptAgain(job: Job, attempt: NewAttempt): Job {
  const at = toIso(attempt.now);
  const {
    failure: _failure,
    fault: _fault,
    notFoundSince: _since,
    attemptRetryCount: _retries,
    ...kept
  } = job;
  const next: Job = {
    ...kept,
    attempt: job.attempt + 1,
    execution: attempt.execution,
    attemptStartedAt: at,
    deadlineAt: nextDeadline(job, attempt),
    attemptPollCount: 0,
    troubleCount: 0,
    tags: attempt.request.tags ?? job.tags,
  };
  return withStatus(next, "accepted", attempt.now);
}

/**
 * The job with one more line in its timeline. Callers decide whether the change is allowed.
 *
 * @param failure the failure that an end without a video is published with
 */
export function withStatus(
  job: Job,
  status: JobStatus,
  now: number,
  reason?: string,
  failure?: StatusChange["failure"],
): Job {
  const last = lastChange(job);
  const { sweepAt: _sweepAt, sweptOnlyToPublish: _only, companions, ...kept } = job;
  const change: StatusChange = {
    seq: last.seq + 1,
    status,
    at: toIso(now),
    attempt: job.attempt,
    ...(reason === undefined ? {} : { reason }),
    ...(failure === undefined ? {} : { failure }),
  };
  return {
    ...kept,
    ...(companions && { companions: companionsAfter(companions, status, change.at) }),
    ...sweepAfter(job, status, now),
    status,
    updatedAt: change.at,
    statusHistory: withChange(job.statusHistory, change, job.publishedSeq),
  };
}

/** Changes only with the status: each write of it is paid for in the index as well. */
function sweepAfter(
  job: Job,
  status: JobStatus,
  now: number,
): Pick<Job, "sweepAt" | "sweptOnlyToPublish"> {
  if (status === "archived" && areCompanionsOpen(job, now)) {
    return { sweepAt: toIso(nextCompanionSweep(job, now)) };
  }
  switch (sweepOn(status, job.fault !== undefined)) {
    case "renew":
      return { sweepAt: toIso(nextSweep({ ...job, status }, now)) };
    case "keep":
      return job.sweepAt === undefined ? {} : { sweepAt: job.sweepAt };
    case "publish":
      return { sweepAt: toIso(now + PUBLISHING_MS), sweptOnlyToPublish: true };
  }
}

/** The job, for the sweeper to visit once more. */
export function sweptAgain(job: Job, now: number): Job {
  const { sweptOnlyToPublish: _only, ...kept } = job;
  return { ...kept, sweepAt: toIso(nextSweep(job, now)) };
}

/**
 * The job with a fault of the execution that owns it. A job that has ended is left to the sweeper:
 * its end may not be published, and nobody else is certain to do that.
 */
export function withFault(job: Job, fault: NonNullable<Job["fault"]>, now: number): Job {
  const faulty = { ...job, fault: { ...fault, reason: cutText(fault.reason, REASON_BYTES) } };
  return isEnded(job.status) ? sweptAgain(faulty, now) : faulty;
}

/** The job without its fault, once tracking goes on. */
export function withoutFault(job: Job): Job {
  const { fault, ...kept } = job;
  return fault === undefined ? job : kept;
}

/** The latest line of the timeline. */
export function lastChange(job: Job): StatusChange {
  const last = job.statusHistory.at(-1);
  if (last === undefined) throw new RangeError("a job has at least its first status");
  return last;
}

/**
 * When AKOOL created the video, epoch milliseconds: as AKOOL says, if that is plausible; otherwise
 * when the job was first followed.
 */
export function believedCreation(job: Job): number {
  return Date.parse(job.videoExpiresAt) - VIDEO_LIFETIME_MS;
}

/** Epoch milliseconds → ISO 8601. */
export function toIso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** A request without a deadline does not shorten an earlier one. */
function nextDeadline(job: Job, { request, now, defaultDeadlineHours }: NewAttempt): string {
  const deadline = deadlineOf(request, now, defaultDeadlineHours);
  return request.deadlineHours === undefined && job.deadlineAt > deadline
    ? job.deadlineAt
    : deadline;
}

function deadlineOf(request: FollowRequest, now: number, defaultHours: number): string {
  return toIso(now + (request.deadlineHours ?? defaultHours) * HOUR_MS);
}
