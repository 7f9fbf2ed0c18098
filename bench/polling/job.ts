import { acceptJob, type Job } from "#domain/job/job.ts";
import type { Answer } from "#domain/job/observation.ts";
import { seeded } from "./random.ts";

/** One job of the benchmark. */
export interface BenchJob {
  /** From 0; also the seed of its jitter. */
  index: number;
  durationSeconds: number;
}

/** Epoch milliseconds at which every job is created, and followed from. */
export const CREATED = Date.parse("2026-01-05T12:00:00.000Z");

/** The share of its duration that a job spends in AKOOL's queue. An assumption. */
export const QUEUED_SHARE = 0.25;

/** AKOOL's status of the job at a time. */
export function answerAt({ durationSeconds }: BenchJob, now: number): Answer {
  const akool = { create_time: CREATED, resolution: "720p", video_duration: 10 };
  const answer = { createdAt: CREATED, akool };
  const age = (now - CREATED) / 1000;
  if (age < durationSeconds * QUEUED_SHARE) return { ...answer, kind: "queueing" };
  if (age < durationSeconds) return { ...answer, kind: "processing" };
  return { ...answer, kind: "completed", videoUrl: "https://example.cloudfront.net/1.mp4" };
}

/** How long the job had been done at a time, in seconds. */
export function delayAt({ durationSeconds }: BenchJob, now: number): number {
  return (now - CREATED) / 1000 - durationSeconds;
}

/** Its jitter at a time: always the same, in any order of calls. */
export function jitterAt({ index }: BenchJob, now: number): number {
  return seeded(index * 1_000_003 + (now - CREATED)).uniform();
}

/** The record at the start. */
export function acceptedRecord({ index }: BenchJob, execution: string): Job {
  return acceptJob({
    request: { videoModelId: videoModelIdOf(index) },
    execution,
    now: CREATED,
    defaultDeadlineHours: 168,
  });
}

export function videoModelIdOf(index: number): string {
  return index.toString(16).padStart(24, "0");
}
