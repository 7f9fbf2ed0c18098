import type { JobScript } from "./job-script.ts";
import type { ServedFile } from "./result-file.ts";

/** What a job was created with; AKOOL repeats it in its answers. Absent where it was not given. */
export interface JobInputs {
  readonly imageUrl: string;
  readonly videoUrl: string;
  /** Seconds. */
  readonly duration: number;
  readonly resolution: string;
  /** Credits that a job takes unless it fails. */
  readonly credits: number;
  readonly prompt: string | undefined;
  readonly webhookUrl: string | undefined;
}

/** One simulated job, as it stands at one moment. */
export interface Job {
  readonly id: string;
  /** Counts the simulator's jobs; the second number of the result's file name. */
  readonly number: number;
  readonly addedAt: number;
  /** Where the result server is, without a slash at the end. */
  readonly origin: string;
  readonly inputs: JobInputs;
  readonly script: JobScript;
  /** How often the first URL of a `gone-then` result has been asked for. */
  readonly goneAnswers: number;
}

/** The documented values of `video_status`. */
export const videoStatus = { queueing: 1, processing: 2, completed: 3, failed: 4 } as const;

/** @returns `create_time`, in epoch milliseconds. */
export function createdAt(job: Job): number {
  return job.addedAt - (job.script.createdAgoMs ?? 0);
}

/** @returns when processing ends if it ever does, in epoch milliseconds. */
export function endsAt(job: Job): number {
  return createdAt(job) + job.script.queueMs + job.script.processMs;
}

/** @returns the job's `video_status` at `now` (epoch milliseconds), by its script alone. */
export function statusAt(job: Job, now: number): number {
  if (now < createdAt(job) + job.script.queueMs) return videoStatus.queueing;
  if (now < endsAt(job) || job.script.end.kind === "never") return videoStatus.processing;
  return job.script.end.kind === "complete" ? videoStatus.completed : videoStatus.failed;
}

/** @returns the URL that `video` carries now: `<epoch ms>-<n>.mp4`, as AKOOL names its files. */
export function resultUrl(job: Job): string {
  return `${job.origin}/result/${currentName(job)}`;
}

/** @returns what the result server has under `name` for this job, if it has anything by now. */
export function resultNamed(job: Job, name: string, now: number): ServedFile | "gone" | undefined {
  const { end } = job.script;
  if (end.kind !== "complete" || statusAt(job, now) !== videoStatus.completed) return undefined;
  const { file } = end;
  if (file.kind === "gone-then") {
    if (name === firstName(job)) return "gone";
    return name === currentName(job) ? file.file : undefined;
  }
  if (name !== firstName(job)) return undefined;
  if (file.kind !== "late") return file;
  return now < endsAt(job) + file.forMs ? file.first : file.file;
}

function currentName(job: Job): string {
  const { end } = job.script;
  const moved =
    end.kind === "complete" && end.file.kind === "gone-then" && job.goneAnswers >= end.file.after;
  return moved ? `${endsAt(job) + 1}-${job.number}.mp4` : firstName(job);
}

function firstName(job: Job): string {
  return `${endsAt(job)}-${job.number}.mp4`;
}
