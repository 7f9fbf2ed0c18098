import { join } from "node:path";
import type { Job } from "#domain/job.ts";
import { isEnded } from "#domain/job-status.ts";
import type { ExecutionDescription } from "#local/stand-ins/workflow-engine.ts";

/** One job as a person or a program that watches wants to see it. */
export interface JobView {
  readonly videoModelId: string;
  /** What the demonstration shows with this job. */
  readonly label?: string;
  /** The record's status, or `starting` before there is a record. */
  readonly status: string;
  readonly polls: number;
  /** Epoch milliseconds: the start of following, and its end. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Bytes that have arrived in the bucket. */
  readonly bytes?: number;
  /** Why it is waiting, or why it has no video. */
  readonly reason?: string;
  /** The archived file. */
  readonly file?: string;
  /** Whether the execution that follows it has ended. */
  readonly ended: boolean;
}

/** What the last look brought, where it is no news of the job. */
const TROUBLES: Readonly<Record<string, string>> = {
  throttled: "AKOOL asks to slow down",
  unavailable: "AKOOL is unavailable",
  account_fault: "AKOOL refuses the account; mend it and the job goes on",
  not_found: "AKOOL does not know the id (yet)",
  unknown_status: "AKOOL gives a status that is not documented",
  completed_without_video: "AKOOL says completed but gives no video",
};

/** The view after a look at the record. */
export function withRecord(view: JobView, job: Job, videosDirectory: string): JobView {
  const reason = reasonOf(job);
  return {
    ...view,
    status: job.status,
    polls: job.pollCount,
    startedAt: Date.parse(job.attemptStartedAt),
    ...(reason === undefined ? {} : { reason }),
    ...(job.archive === undefined
      ? {}
      : { file: join(videosDirectory, job.archive.key), bytes: job.archive.bytes }),
    ...(isEnded(job.status) ? { endedAt: Date.parse(job.updatedAt) } : {}),
  };
}

/** The view once the execution is over, whatever became of the job. */
export function withEnd(view: JobView, execution: ExecutionDescription | undefined): JobView {
  const failed = execution?.status !== "SUCCEEDED";
  return {
    ...view,
    ended: true,
    endedAt: view.endedAt ?? execution?.stopDate?.getTime() ?? view.startedAt,
    ...(failed ? { reason: `${execution?.error ?? "no reason"}: ${execution?.cause ?? ""}` } : {}),
  };
}

/** Milliseconds that the job has been, or was, followed. */
export function durationOf(view: JobView, now: number): number {
  return Math.max(0, (view.endedAt ?? now) - view.startedAt);
}

function reasonOf(job: Job): string | undefined {
  if (job.failure !== undefined) return job.failure.reason;
  if (job.fault !== undefined) return job.fault.reason;
  const trouble = TROUBLES[job.lastObservation?.kind ?? ""];
  if (trouble === undefined || isEnded(job.status)) return "";
  const detail = job.lastObservation?.detail;
  return detail === undefined ? trouble : `${trouble} (${detail})`;
}
