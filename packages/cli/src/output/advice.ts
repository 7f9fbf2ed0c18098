import type { Job } from "@akool-archiver/client";
import { ago } from "./format.ts";

/** A poll is due every five minutes by default; with a webhook expected, every two hours at most. */
const QUIET_MS = 2 * 3600 * 1000;

/** What a poll sees of a job that is well; anything else stands in the way. */
const MOVING: ReadonlySet<string> = new Set(["queueing", "processing", "completed", "failed"]);

/** Why a job does not move, if anything is known. */
export function obstacle(job: Job): string | undefined {
  if (job.fault !== undefined) return `a fault of the archiver: ${job.fault.reason}`;
  if (job.failure !== undefined) return job.failure.reason;
  const { lastObservation } = job;
  if (lastObservation === undefined || MOVING.has(lastObservation.kind)) return undefined;
  return `the last poll saw ${lastObservation.kind}${lastObservation.detail ? `: ${lastObservation.detail}` : ""}`;
}

/** What to do next about a job, as a command where there is one. */
export function nextStep(job: Job, now: number): string {
  const id = job.videoModelId;
  const retry = `akool-archiver retry ${id}`;
  switch (job.status) {
    case "archived":
      return `akool-archiver download ${id}`;
    case "archive_failed":
      return `it is tried again by itself until ${job.videoExpiresAt}; at once: ${retry}`;
    case "failed":
      return job.failure?.party === "job"
        ? "create it anew at AKOOL with better inputs"
        : `if AKOOL has it after all: ${retry}`;
    case "rejected":
      return `if a permission has been given since: ${retry}`;
    case "not_found":
      return `check the id, and that the key is of the account that made the video; then: ${retry}`;
    case "timed_out":
      return `to give it longer: akool-archiver submit ${id} --deadline 3d`;
    case "expired":
      return `AKOOL has deleted it; if it has it after all: ${retry}`;
    case "cancelled":
      return `if it is wanted after all: ${retry}`;
    default:
      if (job.fault !== undefined) return `the sweeper begins it again; at once: ${retry}`;
      return now - Date.parse(job.updatedAt) > QUIET_MS
        ? `it last moved ${ago(job.updatedAt, now)}: akool-archiver doctor`
        : `nothing: it is being followed. akool-archiver watch ${id}`;
  }
}
