import type { DurationStore } from "#aws/duration-store.ts";
import type { Job } from "#domain/job/job.ts";
import { observedDuration } from "#domain/job/observed-duration.ts";
import { durationBucket } from "#domain/polling/duration-bucket.ts";
import { countingShare } from "#domain/polling/duration-histogram.ts";
import {
  type LearnedSchedule,
  learnedSchedule,
  type SchedulePolicy,
} from "#domain/polling/learned-schedule.ts";
import type { JobDependencies, Log } from "./dependencies.ts";

/** What finished jobs teach about when to poll others. No error in it fails a poll. */
export interface LearnedDurations {
  /** The schedule for jobs like this one, once enough is known. */
  scheduleFor(job: Job): Promise<LearnedSchedule | undefined>;
  /**
   * Counts a job that took so long.
   *
   * @param job as it was while it was unfinished
   */
  learn(job: Job, seconds: number): Promise<void>;
}

interface LearningDependencies extends Pick<JobDependencies, "now"> {
  durations: DurationStore;
  /** Uniform in [0, 1). */
  random: () => number;
  log: Pick<Log, "warn">;
}

/** How long a warm function keeps what it has read of a bucket, also that there is nothing. */
const TRUST_MS = 5 * 60_000;

interface Known {
  schedule: LearnedSchedule | undefined;
  /** The share of jobs that still have to be counted. */
  share: number;
  /** Epoch milliseconds. */
  readAt: number;
}

/** Learned durations, kept in the memory of one function between its invocations. */
export function createLearnedDurations(
  dependencies: LearningDependencies,
  policy: SchedulePolicy,
): LearnedDurations {
  const { durations, now, random, log } = dependencies;
  const known = new Map<string, Known>();

  async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      log.warn("learned durations cannot be read or written; going on without", {
        error: error instanceof Error ? error.name : "unknown",
      });
      return undefined;
    }
  }

  async function recall(bucket: string): Promise<Known> {
    const remembered = known.get(bucket);
    if (remembered !== undefined && now() - remembered.readAt < TRUST_MS) return remembered;
    const histogram = await orNothing(durations.read(bucket));
    const fresh = {
      schedule: histogram && learnedSchedule(histogram, policy),
      share: countingShare(histogram),
      readAt: now(),
    };
    known.set(bucket, fresh);
    return fresh;
  }

  return {
    async scheduleFor(job) {
      return (await recall(durationBucket(job.akool ?? {}))).schedule;
    },
    async learn(job, seconds) {
      const bucket = durationBucket(job.akool ?? {});
      const remembered = await recall(bucket);
      if (random() >= remembered.share) return;
      const counted = await orNothing(durations.count(bucket, seconds, now()));
      if (counted !== undefined) remembered.share = countingShare(counted);
    },
  };
}

/** Counts a job's duration if this poll has found it completed. */
export async function learnFromEnd(
  durations: LearnedDurations,
  before: Job,
  after: Job,
  now: number,
): Promise<void> {
  const seconds = observedDuration(before, after, now);
  if (seconds !== undefined) await durations.learn(before, seconds);
}
