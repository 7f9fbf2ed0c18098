import type { CopiedVideo, CopyClaim } from "#archive/copy/copy-run.ts";
import { CopyOvertaken, SourceIncomplete } from "#archive/errors.ts";
import { deleteObject, etagAt, putJson, replacing } from "#archive/upload/objects.ts";
import { type ObjectPlace, sidecarPlace } from "#archive/upload/places.ts";
import { withCompanionCopyRun, withFreshAnswer } from "#domain/job/companion-changes.ts";
import { type Job, sweptAgain, toIso } from "#domain/job/job.ts";
import { isEnded, type JobStatus } from "#domain/job/job-status.ts";
import type { KeyTemplate } from "#domain/job/key-template.ts";
import { sidecarFile, sidecarOf } from "#domain/job/sidecar.ts";
import type { TriedSource } from "#domain/job/sidecar-schema.ts";
import type { TrackingRequest } from "#domain/job/tracking-request.ts";
import { conclude } from "#domain/job/transition.ts";
import { withKeyStem } from "#domain/job/video-key.ts";
import { nameOf } from "#domain/text/error-name.ts";
import {
  archiveCompanions,
  type CompanionDependencies,
  type CompanionRun,
} from "./archive-companions.ts";
import { claimOf } from "./copy-claim.ts";
import { describeFile, recordDoubtful, removeDoubtful } from "./doubtful-file.ts";
import { freshAnswer, mayHaveMoved } from "./fresh-answer.ts";
import { placeOfJob } from "./job-place.ts";
import { publishDueChanges } from "./publish-due-changes.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

export interface ArchiveDependencies extends CompanionDependencies {
  /** Milliseconds for all copying of one call. */
  copyTimeoutMs: number;
  /** How the keys of a job are made whose copy begins now. */
  keyTemplate: KeyTemplate;
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
 * Copies a completed job's video into the bucket and records it, and then its companions, for which
 * nothing waits. Repeating it is harmless: a job that another execution owns, or of which nothing is
 * missing, is left as it is.
 *
 * @throws the errors of the copies; the workflow's retriers and catch decide what follows
 */
export async function archiveJob(
  dependencies: ArchiveDependencies,
  { request, execution }: ArchiveInput,
): Promise<ArchiveResult> {
  const job = await dependencies.store.get(request.videoModelId);
  if (job === undefined) throw new JobUnknown(`no record of job ${request.videoModelId}`);
  const beginCopy = whileOwnedBy(execution, (current) =>
    withCopyRun(current, dependencies.keyTemplate),
  );
  const begun = await updateJob(dependencies.store, job, beginCopy);
  const run = { execution, begun, deadline: AbortSignal.timeout(dependencies.copyTimeoutMs) };
  const isMine = begun.status === "completed" && begun.execution === execution;
  const ended = isMine ? await archiveFirst(dependencies, run) : begun;
  const published = await publishDueChanges(dependencies, ended);
  const { status } = await archiveCompanions(dependencies, published, run);
  return { status };
}

function withCopyRun(job: Job, template: KeyTemplate): Job {
  if (job.status === "archived") return withCompanionCopyRun(job);
  if (job.status !== "completed") return job;
  const copyRuns = (job.copyRuns ?? 0) + 1;
  return withCompanionCopyRun({ ...withKeyStem(job, template), copyRuns });
}

/** A video that cannot be had keeps nothing else from the archive. */
async function archiveFirst(dependencies: ArchiveDependencies, run: CompanionRun): Promise<Job> {
  try {
    return await archiveCompleted(dependencies, run);
  } catch (error) {
    if (run.deadline.aborted) throw error;
    await archiveCompanions(dependencies, run.begun, run).catch((second: unknown) => {
      dependencies.log.warn("companion files are missing as well", { error: nameOf(second) });
    });
    throw error;
  }
}

interface Fetched extends CopiedVideo {
  job: Job;
  sourceUrl: string;
  /** What was fetched from, in order. */
  sources: TriedSource[];
}

async function archiveCompleted(
  dependencies: ArchiveDependencies,
  { begun: job, deadline }: CompanionRun,
): Promise<Job> {
  const place = placeOfJob(dependencies, job);
  const sidecar = sidecarPlace(place);
  const claim = claimOf(dependencies, job);
  const replaced = claim.first ? undefined : await etagAt(dependencies.s3, sidecar);
  const fetched = await fetchVideo(dependencies, job, place, claim, deadline);
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
  if (replaced !== undefined) await claim.toReplaceSidecar();
  // A slow run must not describe its own copy where another has replaced it.
  const versionId = await putJson(dependencies.s3, sidecar, told, replacing(replaced));
  let outlived: Job["doubtful"];
  const record = whileOwnedBy(job.execution, (current) => {
    if (!claim.stands(current)) return current;
    const { doubtful, ...kept } = current;
    outlived = doubtful;
    const archived = conclude({ ...kept, archive }, "archived", dependencies.now());
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
  deadline: AbortSignal,
): Promise<Fetched> {
  const recordedUrl = String(job.akool?.video);
  try {
    const copied = await copyOrKeep(dependencies, job, () =>
      dependencies.copier.copy(recordedUrl, place, deadline, claim),
    );
    return { job, ...copied, sourceUrl: recordedUrl, sources: [stored(recordedUrl)] };
  } catch (error) {
    if (!mayHaveMoved(error)) throw error;
    const answer = await freshAnswer(dependencies.akool, job.videoModelId, error);
    if (answer === undefined || answer.videoUrl === recordedUrl) throw error;
    dependencies.log.info("the video has moved; using AKOOL's fresh address", {});
    const { akool, videoUrl } = answer;
    const move = whileOwnedBy(job.execution, (current) => withFreshAnswer(current, akool));
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
