import type { Submission } from "#aws/submission-store.ts";
import { toldCompanions } from "#domain/job/companion.ts";
import { creditsCharged } from "#domain/job/credits.ts";
import type { Job } from "#domain/job/job.ts";
import { omittedChanges } from "#domain/job/timeline.ts";
import type { JobView } from "./schemas.ts";

/** What the API shows of a job. */
export function jobView(job: Job): JobView {
  return {
    videoModelId: job.videoModelId,
    status: job.status,
    attempt: job.attempt,
    acceptedAt: job.acceptedAt,
    updatedAt: job.updatedAt,
    deadlineAt: job.deadlineAt,
    videoExpiresAt: job.videoExpiresAt,
    polls: job.pollCount,
    ...optional("progress", progressOf(job)),
    ...optional("creditsCharged", creditsCharged(job.akool)),
    tags: job.tags,
    timeline: job.statusHistory.map(({ seq: _seq, ...line }) => line),
    ...optional("timelineOmitted", omittedChanges(job) || undefined),
    ...optional("lastObservation", job.lastObservation),
    ...optional("failure", job.failure),
    ...optional("fault", faultView(job)),
    ...optional("video", videoView(job)),
    ...optional("doubtful", doubtfulView(job)),
    ...optional("companions", job.companions && toldCompanions(job.companions)),
    ...optional("akool", job.akool),
  };
}

/** What the API shows of a submission. */
export function submissionView(submission: Submission) {
  const { idempotencyKey, state, estimatedCredits, createdAt, updatedAt } = submission;
  return {
    idempotencyKey,
    state,
    estimatedCredits,
    createdAt,
    updatedAt,
    ...optional("videoModelId", submission.videoModelId),
    ...optional("reason", submission.reason),
  };
}

function progressOf({ status, akool }: Job): number | undefined {
  const progress = akool?.progress;
  const runs = status === "queueing" || status === "processing";
  return runs && typeof progress === "number" ? progress : undefined;
}

function faultView({ fault }: Job) {
  return fault && { code: fault.code, reason: fault.reason, at: fault.at };
}

function videoView({ archive }: Job) {
  if (archive === undefined) return undefined;
  const { sourceUrl: _source, etag: _etag, versionId: _version, ...video } = archive;
  return video;
}

function doubtfulView({ doubtful }: Job) {
  if (doubtful === undefined) return undefined;
  const { sourceUrl: _source, etag: _etag, versionId: _version, ...kept } = doubtful;
  return kept;
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value };
}
