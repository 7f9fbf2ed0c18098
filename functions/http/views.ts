import type { Submission } from "#aws/submission-store.ts";
import { given } from "#domain/given.ts";
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
    ...given("progress", progressOf(job)),
    ...given("creditsCharged", creditsCharged(job.akool)),
    tags: job.tags,
    timeline: job.statusHistory.map(({ seq: _seq, ...line }) => line),
    ...given("timelineOmitted", omittedChanges(job) || undefined),
    ...given("lastObservation", job.lastObservation),
    ...given("failure", job.failure),
    ...given("fault", faultView(job)),
    ...given("video", videoView(job)),
    ...given("doubtful", doubtfulView(job)),
    ...given("companions", job.companions && toldCompanions(job.companions)),
    ...given("akool", job.akool),
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
    ...given("videoModelId", submission.videoModelId),
    ...given("reason", submission.reason),
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
