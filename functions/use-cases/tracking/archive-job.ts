import type { S3Client } from "@aws-sdk/client-s3";
import type { AkoolClient } from "#akool/client.ts";
import type { CopiedVideo, CopyClaim } from "#archive/copy/copy-run.ts";
import type { VideoCopier } from "#archive/copy/copy-video.ts";
import {
  ArchiveError,
  CopyOvertaken,
  SourceIncomplete,
  SourceUnavailable,
} from "#archive/errors.ts";
import { deleteObject, etagAt, putJson, replacing } from "#archive/upload/objects.ts";
import { type ObjectPlace, sidecarPlace, videoPlace } from "#archive/upload/places.ts";
import { type Job, sweptAgain, toIso } from "#domain/job/job.ts";
import { isEnded, type JobStatus } from "#domain/job/job-status.ts";
import { isTrouble } from "#domain/job/observation.ts";
import { sidecarFile, sidecarOf } from "#domain/job/sidecar.ts";
import type { TriedSource } from "#domain/job/sidecar-schema.ts";
import type { TrackingRequest } from "#domain/job/tracking-request.ts";
import { conclude } from "#domain/job/transition.ts";
import { claimOf } from "./copy-claim.ts";
import type { JobDependencies } from "./dependencies.ts";
import { describeFile, recordDoubtful, removeDoubtful } from "./doubtful-file.ts";
import { publishDueChanges } from "./publish-due-changes.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

export interface ArchiveDependencies extends JobDependencies {
  akool: AkoolClient;
  copier: VideoCopier;
  /** Milliseconds for all copying of one call. */
  copyTimeoutMs: number;
  s3: S3Client;
  bucket: string;
  /** Of the code that runs; every sidecar names it. */
  archiverVersion: string;
}

export interface ArchiveInput {
  request: TrackingRequest;
  execution: string;
}

/** What the workflow's history shows of the copy; nothing is routed by it. */
export interface ArchiveResult {
  status: JobStatus;
}

/** There is no record of the job whose video is to be archived. */
export class JobUnknown extends Error {
  override readonly name = "JobUnknown";
}

/**
 * AKOOL refuses the account when asked for a fresh address. Retried patiently, since a person has
 * to mend it.
 */
export class AccountAtFault extends Error {
  override readonly name = "AccountAtFault";
}

/**
 * Copies a completed job's video into the bucket and records it. Repeating it is harmless: a job
 * that is no longer `completed`, or that another execution owns, is left as it is.
 *
 * @throws the errors of the copy; the workflow's retriers and catch decide what follows
 */
export async function archiveJob(
  dependencies: ArchiveDependencies,
  { request, execution }: ArchiveInput,
): Promise<ArchiveResult> {
  const job = await dependencies.store.get(request.videoModelId);
  if (job === undefined) throw new JobUnknown(`no record of job ${request.videoModelId}`);
  const begun = await updateJob(dependencies.store, job, whileOwnedBy(execution, withCopyRun));
  const isMine = begun.status === "completed" && begun.execution === execution;
  const ended = isMine ? await archiveCompleted(dependencies, begun) : begun;
  const { status } = await publishDueChanges(dependencies, ended);
  return { status };
}

function withCopyRun(job: Job): Job {
  return job.status === "completed" ? { ...job, copyRuns: (job.copyRuns ?? 0) + 1 } : job;
}

interface Fetched extends CopiedVideo {
  job: Job;
  sourceUrl: string;
  /** What was fetched from, in order. */
  sources: TriedSource[];
}

async function archiveCompleted(dependencies: ArchiveDependencies, job: Job): Promise<Job> {
  const place = videoPlace(dependencies.bucket, job.videoModelId);
  const sidecar = sidecarPlace(place);
  const claim = claimOf(dependencies, job);
  const replaced = claim.first ? undefined : await etagAt(dependencies.s3, sidecar);
  const fetched = await fetchVideo(dependencies, job, place, claim);
  const now = dependencies.now();
  const archive = {
    ...describeFile(fetched, fetched.job, fetched.sourceUrl),
    archivedAt: toIso(now),
  };
  const told = sidecarOf({
    job: fetched.job,
    files: [sidecarFile(archive)],
    sources: fetched.sources,
    // The run's number keeps two sidecars from ever having one ETag, by which they replace each other.
    copyRun: job.copyRuns,
    archiverVersion: dependencies.archiverVersion,
    now,
  });
  // Another run may have stored its video as another kind of file, at a key that this run has not
  // claimed: it must not be recorded once this one's sidecar is there. Decision 0056.
  if (replaced !== undefined) await claim.toReplace();
  // A slow run must not describe its own copy where another has replaced it.
  const versionId = await putJson(dependencies.s3, sidecar, told, replacing(replaced));
  let outlived: Job["doubtful"];
  const record = whileOwnedBy(job.execution, (current) => {
    if (!claim.stands(current)) return current;
    const { doubtful, ...kept } = current;
    outlived = doubtful;
    const archived = { ...conclude(kept, "archived", dependencies.now()), archive };
    // Another run may open an upload, or keep a partial file, after this one has checked.
    const mayHaveLeft = fetched.leftUpload || (current.copyRuns ?? 0) > 1;
    return mayHaveLeft ? sweptAgain(archived, dependencies.now()) : archived;
  });
  const recorded = await updateJob(dependencies.store, await claim.latest(fetched.job), record);
  if (recorded.status === "completed" && recorded.execution === job.execution) {
    throw new CopyOvertaken("another run is about to replace what this one has stored");
  }
  if (isEnded(recorded.status) && recorded.status !== "archived") {
    // Cancelled or given up while the copy ran: only an archived job may have an object.
    // If this fails, the sweeper makes up for it.
    await deleteObject(dependencies.s3, { ...fetched.place, versionId: archive.versionId });
    await deleteObject(dependencies.s3, { ...sidecar, versionId });
    return recorded;
  }
  const { bytes, checksum, doubts } = archive;
  dependencies.log.info("archived the video", { bytes, checksum, doubts });
  if (outlived !== undefined) await removeDoubtful(dependencies, outlived);
  return recorded;
}

function unanswered({ message }: ArchiveError, detail: string): string {
  return `${message}, and AKOOL cannot be asked: ${detail}`;
}

/** Whether AKOOL may know another address by now that serves the video. */
function mayHaveMoved(error: unknown): error is ArchiveError {
  return error instanceof ArchiveError && error.rule.mayHaveMoved === true;
}

/** Records a partial file as soon as it is in the bucket, whatever happens next. */
async function copyOrKeep(
  dependencies: ArchiveDependencies,
  job: Job,
  copy: () => Promise<CopiedVideo>,
): Promise<CopiedVideo> {
  try {
    return await copy();
  } catch (error) {
    if (error instanceof SourceIncomplete) await recordDoubtful(dependencies, job, error.stored);
    throw error;
  }
}

/**
 * Copies from the recorded address; if the video is not there, asks AKOOL once for a fresh one.
 */
async function fetchVideo(
  dependencies: ArchiveDependencies,
  job: Job,
  place: ObjectPlace,
  claim: CopyClaim,
): Promise<Fetched> {
  const deadline = AbortSignal.timeout(dependencies.copyTimeoutMs);
  const recordedUrl = String(job.akool?.video);
  try {
    const copied = await copyOrKeep(dependencies, job, () =>
      dependencies.copier.copy(recordedUrl, place, deadline, claim),
    );
    return { job, ...copied, sourceUrl: recordedUrl, sources: [stored(recordedUrl)] };
  } catch (error) {
    if (!mayHaveMoved(error)) throw error;
    const answer = await dependencies.akool.poll(job.videoModelId);
    if (answer.kind === "account_fault") {
      throw new AccountAtFault(unanswered(error, answer.detail), { cause: error });
    }
    if (isTrouble(answer)) {
      throw new SourceUnavailable(unanswered(error, answer.detail), { cause: error });
    }
    if (answer.kind !== "completed" || answer.videoUrl === recordedUrl) throw error;
    dependencies.log.info("the video has moved; using AKOOL's fresh address", {});
    const { akool, videoUrl } = answer;
    const move = whileOwnedBy(job.execution, (current) => ({ ...current, akool: { ...akool } }));
    const moved = await updateJob(dependencies.store, job, move);
    const copied = await copyOrKeep(dependencies, moved, () =>
      // The copy from the old address may have left something behind.
      dependencies.copier.copy(videoUrl, place, deadline, { ...claim, first: false }),
    );
    const refused = { url: recordedUrl, outcome: error.name, detail: error.message };
    return { job: moved, ...copied, sourceUrl: videoUrl, sources: [refused, stored(videoUrl)] };
  }
}

function stored(url: string): TriedSource {
  return { url, outcome: "stored" };
}
