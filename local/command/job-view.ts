import { join } from "node:path";
import type { ExecutionDescription } from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import type { Job } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";

/** A file beside a video: subtitles, or the video without captions. */
interface CompanionView {
  readonly role: string;
  readonly state: "archived" | "pending" | "failed";
  /** The archived file. */
  readonly file?: string;
  /** Why there is none, as far as is known. */
  readonly reason?: string;
}

/** One job as it is displayed. */
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
  /** What AKOOL has named besides the video; absent where there is nothing. */
  readonly companions?: readonly CompanionView[];
  /** Whether the execution that follows it has ended. */
  readonly ended: boolean;
}

/** The last poll's outcome, if it was not about the job's progress. */
const TROUBLES: Readonly<Record<string, string>> = {
  throttled: "AKOOL asks to slow down",
  unavailable: "AKOOL is unavailable",
  account_fault: "AKOOL refuses the account; mend it and the job goes on",
  not_found: "AKOOL does not know the id (yet)",
  rejected: "AKOOL refuses the id; that counts once it has said so for a while",
  unknown_status: "AKOOL gives a status that is not documented",
  completed_without_video: "AKOOL says completed but gives no video",
};

/** The view after reading the record. */
export function withRecord(view: JobView, job: Job, videosDirectory: string): JobView {
  const { reason: _before, ...kept } = view;
  const reason = reasonOf(job);
  return {
    ...kept,
    status: job.status,
    polls: job.pollCount,
    startedAt: Date.parse(job.attemptStartedAt),
    ...(reason === undefined ? {} : { reason }),
    ...(job.archive === undefined
      ? {}
      : { file: join(videosDirectory, job.archive.key), bytes: job.archive.bytes }),
    ...(job.companions && { companions: companionsOf(job.companions, videosDirectory) }),
    ...(isEnded(job.status) ? { endedAt: Date.parse(job.updatedAt) } : {}),
  };
}

/** The view of a job whose archived video was deleted since. */
export function withoutFile(view: JobView): JobView {
  const { file, ...kept } = view;
  return { ...kept, reason: `archived earlier, but ${file} is not there any more` };
}

/** The view once the execution has ended, however it ended. */
export function withEnd(view: JobView, execution: ExecutionDescription | undefined): JobView {
  return {
    ...view,
    ended: true,
    endedAt: view.endedAt ?? execution?.stopDate?.getTime() ?? view.startedAt,
    ...(execution?.status === "SUCCEEDED" ? {} : { reason: faultOf(view, execution) }),
  };
}

/** Whether the video, and all that AKOOL has named beside it, lies in the data directory. */
export function isArchived({ status, file, companions = [] }: JobView): boolean {
  const isWhole = companions.every(({ state }) => state === "archived");
  return status === "archived" && file !== undefined && isWhole;
}

/** Whether a video is there, and something that AKOOL has named beside it may still come. */
export function waitsForCompanions({ status, companions = [] }: Job): boolean {
  return status === "archived" && companions.some(({ state }) => state === "pending");
}

function companionsOf(
  companions: NonNullable<Job["companions"]>,
  videosDirectory: string,
): CompanionView[] {
  return companions.map((companion) => {
    const { role, state } = companion;
    if (companion.state === "archived") {
      return { role, state, file: join(videosDirectory, companion.key) };
    }
    return { role, state, ...(companion.reason && { reason: companion.reason }) };
  });
}

/** Milliseconds that the job has been, or was, followed. */
export function durationOf(view: JobView, now: number): number {
  return Math.max(0, (view.endedAt ?? now) - view.startedAt);
}

/** A fault is easier to read on the record than in the execution, where it is Lambda's JSON. */
function faultOf({ reason }: JobView, execution: ExecutionDescription | undefined): string {
  const isRecorded = execution?.error === "TrackingFault" && reason !== undefined;
  const fault = isRecorded ? reason : `${execution?.error ?? "unknown"}: ${execution?.cause ?? ""}`;
  return `a fault of the archiver itself, track the id again to go on (${fault})`;
}

function reasonOf(job: Job): string | undefined {
  if (job.failure !== undefined) return job.failure.reason;
  if (job.fault !== undefined) return job.fault.reason;
  const { kind = "", detail } = job.lastObservation ?? {};
  if (isEnded(job.status)) return undefined;
  const trouble = TROUBLES[kind];
  if (trouble === undefined) return detail;
  return detail === undefined ? trouble : `${trouble} (${detail})`;
}
