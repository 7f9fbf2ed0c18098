import type { S3Client } from "@aws-sdk/client-s3";
import type { CopiedVideo, CopyClaim } from "#archive/copy/copy-run.ts";
import type { SubtitlesCopier } from "#archive/copy/copy-subtitles.ts";
import type { VideoCopier } from "#archive/copy/copy-video.ts";
import { type ArchiveError, CopyOvertaken, SourceGone } from "#archive/errors.ts";
import { deleteObject } from "#archive/upload/objects.ts";
import { companionPlace } from "#archive/upload/places.ts";
import type { ArchivedCompanion, CompanionRole } from "#domain/job/companion.ts";
import { pendingCompanion, withCompanion } from "#domain/job/companion-changes.ts";
import { type Job, toIso } from "#domain/job/job.ts";
import { companionAddress } from "#domain/job/named-companions.ts";
import { companionClaimOf } from "./copy-claim.ts";
import type { JobDependencies } from "./dependencies.ts";
import { describeFile, removeDoubtful } from "./doubtful-file.ts";
import { mayHaveMoved } from "./fresh-answer.ts";
import { type FileStorage, placeOfJob } from "./job-place.ts";
import { updateJob } from "./update-job.ts";

export interface FileDependencies extends JobDependencies, FileStorage {
  s3: S3Client;
  /** Of the code that runs; every sidecar names it. */
  archiverVersion: string;
}

interface CopyDependencies extends FileDependencies {
  copier: VideoCopier;
  subtitles: SubtitlesCopier;
}

interface CopyOptions {
  /** The record that counts this run. */
  begun: Job;
  deadline: AbortSignal;
  /** The record with the addresses that AKOOL names now, after one has not served its file. */
  fresh(error: ArchiveError): Promise<Job>;
}

/**
 * Copies one companion and records it, unless another run has done so meanwhile or the job is not to
 * have it any more.
 *
 * @returns the record as it is now
 * @throws CopyOvertaken; the errors of the copy
 */
export async function copyCompanion(
  dependencies: CopyDependencies,
  job: Job,
  role: CompanionRole,
  options: CopyOptions,
): Promise<Job> {
  const { store, s3, log, now } = dependencies;
  const claim = companionClaimOf(dependencies, options.begun, role);
  const copied = await fetchCompanion(dependencies, job, role, claim, options);
  const { sourceUrl, ...file } = describeFile(copied, copied.job, copied.sourceUrl);
  const archivedAt = toIso(now());
  let outlived: ReturnType<typeof pendingCompanion>;
  const recorded = await updateJob(store, await claim.latest(copied.job), (current) => {
    outlived = claim.stands(current) ? pendingCompanion(current, role) : undefined;
    if (outlived === undefined) return current;
    const { copyRuns, copyClaims } = outlived;
    const counts = {
      ...(copyRuns === undefined ? {} : { copyRuns }),
      ...(copyClaims === undefined ? {} : { copyClaims }),
    };
    const archived: ArchivedCompanion = {
      role,
      state: "archived",
      sourceUrl,
      ...counts,
      ...file,
      archivedAt,
    };
    return withCompanion(current, archived);
  });
  const { key, bytes, checksum, doubts } = file;
  if (isRecorded(recorded, { role, archivedAt, ...file })) {
    log.info("archived a companion file", { role, key, bytes, checksum, doubts });
    if (outlived?.doubtful !== undefined) await removeDoubtful(dependencies, outlived.doubtful);
    return recorded;
  }
  if (recorded.status !== "cancelled") {
    throw new CopyOvertaken("another run has stored this file meanwhile, or is about to");
  }
  // If this fails, the sweeper makes up for it.
  await deleteObject(s3, { ...copied.place, versionId: file.versionId });
  return recorded;
}

type RecordedFile = Pick<ArchivedCompanion, "role" | "archivedAt" | "etag" | "versionId">;

function isRecorded({ companions }: Job, file: RecordedFile): boolean {
  const found = companions?.find(({ role }) => role === file.role);
  return (
    found?.state === "archived" &&
    found.archivedAt === file.archivedAt &&
    found.etag === file.etag &&
    found.versionId === file.versionId
  );
}

interface Fetched extends CopiedVideo {
  job: Job;
  sourceUrl: string;
}

/** From the recorded address; if the file is not there, from a fresh one. */
async function fetchCompanion(
  dependencies: CopyDependencies,
  job: Job,
  role: CompanionRole,
  claim: CopyClaim,
  { deadline, fresh }: CopyOptions,
): Promise<Fetched> {
  const { copier, subtitles } = dependencies;
  const place = companionPlace(placeOfJob(dependencies, job), role);
  const copy = async (from: Job, sourceUrl: string, claimed: CopyClaim): Promise<Fetched> => {
    const copied =
      role === "no_caption_video"
        ? await copier.copy(sourceUrl, place, deadline, claimed)
        : await subtitles.copySubtitles(sourceUrl, place, deadline, claimed);
    return { ...copied, job: from, sourceUrl };
  };
  const recordedUrl = companionAddress(job.akool, role);
  try {
    if (recordedUrl === undefined) throw new SourceGone("AKOOL does not name its address any more");
    return await copy(job, recordedUrl, claim);
  } catch (error) {
    if (!mayHaveMoved(error)) throw error;
    const moved = await fresh(error);
    const freshUrl = companionAddress(moved.akool, role);
    if (freshUrl === undefined || freshUrl === recordedUrl) throw error;
    dependencies.log.info("a companion file has moved; using AKOOL's fresh address", { role });
    // The copy from the old address may have left something behind.
    return copy(moved, freshUrl, { ...claim, first: false });
  }
}
