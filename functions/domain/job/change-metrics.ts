import type { MetricName } from "#domain/metrics.ts";
import { creditsCharged } from "./credits.ts";
import { type Job, lastChange } from "./job.ts";
import type { JobStatus } from "./job-status.ts";
import type { StatusChange } from "./timeline.ts";

/** One thing to count or measure. */
export interface Measurement {
  metric: MetricName;
  /** In the metric's unit. */
  value: number;
}

/** What is counted when an attempt reaches a status; the other statuses are counted as polls. */
export const STATUS_METRICS: Readonly<Record<JobStatus, MetricName | undefined>> = {
  accepted: "JobBegun",
  queueing: undefined,
  processing: undefined,
  completed: undefined,
  archived: "JobArchived",
  archive_failed: "JobArchiveFailed",
  failed: "JobFailed",
  rejected: "JobRejected",
  not_found: "JobNotFound",
  timed_out: "JobTimedOut",
  cancelled: "JobCancelled",
  expired: "VideoExpired",
};

/**
 * What one successful write of a job's record adds to the metrics. Counting writes, not
 * invocations, counts everything once: of repeated or concurrent calls only one wins the write.
 * Decision 0033.
 *
 * @param read the record before; undefined for a new job
 */
export function measureChange(read: Job | undefined, next: Job): Measurement[] {
  const faulted = next.fault !== undefined && next.fault.at !== read?.fault?.at;
  return [
    ...newChanges(read, next).flatMap((change) => measureStatus(next, change)),
    ...(faulted ? [count("JobFaulted")] : []),
    ...measureCompanions(read, next),
  ];
}

/** Companions that were given up beside an archived video; those of any other job go with its video. */
function measureCompanions(read: Job | undefined, next: Job): Measurement[] {
  if (next.status !== "archived") return [];
  return (next.companions ?? []).flatMap(({ role, state }) => {
    const before = read?.companions?.find((companion) => companion.role === role);
    return state === "failed" && before?.state !== "failed" ? [count("VideoExpired")] : [];
  });
}

function newChanges(read: Job | undefined, next: Job): StatusChange[] {
  const known = read === undefined ? 0 : lastChange(read).seq;
  return next.statusHistory.filter(({ seq }) => seq > known);
}

function measureStatus(job: Job, change: StatusChange): Measurement[] {
  const metric = STATUS_METRICS[change.status];
  return [...(metric === undefined ? [] : [count(metric)]), ...detailsOf(job, change)];
}

function detailsOf(job: Job, change: StatusChange): Measurement[] {
  switch (change.status) {
    case "completed":
      return isVerdict(job, change) ? [...timesOf(job, change), ...creditsOf(job)] : [];
    case "failed":
      return isVerdict(job, change) ? creditsOf(job) : [];
    case "archived":
      return [
        ...(job.archive === undefined ? [] : [measure("ArchivedBytes", job.archive.bytes)]),
        ...sinceCompletion(job, change),
      ];
    case "archive_failed":
      return [
        count(job.failure?.party === "archiver" ? "ArchiveFailedHere" : "ArchiveFailedAtSource"),
      ];
    default:
      return [];
  }
}

/** A further attempt finds the same video ended again, which is neither late nor charged again. */
function isVerdict({ statusHistory }: Job, { seq }: StatusChange): boolean {
  const first = statusHistory.find(({ status }) => status === "completed" || status === "failed");
  return first?.seq === seq;
}

/** `update_time` of a completed video is when it was completed (documented). */
function timesOf({ akool, acceptedAt }: Job, { at }: StatusChange): Measurement[] {
  const { create_time: created, update_time: completed } = akool ?? {};
  if (typeof completed !== "number") return [];
  // A job can be submitted after its completion, and is not noticed late then.
  const noticeable = Math.max(completed, Date.parse(acceptedAt));
  return [
    ...(typeof created === "number" ? seconds("CompletionTime", completed - created) : []),
    ...seconds("NoticeDelay", Date.parse(at) - noticeable),
  ];
}

function creditsOf({ akool }: Job): Measurement[] {
  const credits = creditsCharged(akool);
  return credits === undefined ? [] : [measure("CreditsCharged", credits)];
}

function sinceCompletion({ statusHistory }: Job, { at }: StatusChange): Measurement[] {
  const completed = statusHistory.find(({ status }) => status === "completed");
  if (completed === undefined) return [];
  return seconds("ArchiveDelay", Date.parse(at) - Date.parse(completed.at));
}

/** Seconds, never negative: two clocks may differ a little. */
function seconds(metric: MetricName, milliseconds: number): Measurement[] {
  return [measure(metric, Math.max(0, milliseconds) / 1000)];
}

function count(metric: MetricName): Measurement {
  return measure(metric, 1);
}

function measure(metric: MetricName, value: number): Measurement {
  return { metric, value };
}
