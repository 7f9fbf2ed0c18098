import { HeadObjectCommand, NotFound, type S3Client } from "@aws-sdk/client-s3";
import { abortUpload, openUploads } from "./multipart-upload.ts";
import { deleteObject, type ObjectPlace, sidecarPlace, videoPlace } from "./objects.ts";
import { recordPlace } from "./upload-record.ts";

/** Whose leftovers: a job in the bucket of the videos. */
export interface JobInBucket {
  bucket: string;
  videoModelId: string;
}

/** Such a job, and since when there is its record (ISO 8601). */
export interface EndedJob extends JobInBucket {
  acceptedAt: string;
}

/** Between our clock and the store's, which counts in whole seconds too. */
const CLOCK_SKEW_MS = 60_000;
/** Every run of a copy can leave one; far more than there ever are. */
const MAX_VERSIONS = 100;

/**
 * Ends the uploads that copies of an archived job have left open. The video stays.
 *
 * @throws the SDK's errors; repeating it is harmless
 */
export async function endUploads(
  s3: S3Client,
  { bucket, videoModelId }: JobInBucket,
): Promise<void> {
  const video = videoPlace(bucket, videoModelId);
  for (const uploadId of await openUploads(s3, video))
    await abortUpload(s3, { ...video, uploadId });
}

/**
 * Removes what attempts at a job have left in the bucket that has ended without its video: objects,
 * version by version, since without one the version before it would be seen again; and open uploads.
 *
 * @param isOver asked each time it is known what would go: whether the job still stands as it did.
 *   What a new attempt writes after that is another version, and stays
 * @throws the SDK's errors; repeating it is harmless
 */
export async function takeBack(
  s3: S3Client,
  job: EndedJob,
  isOver: () => Promise<boolean>,
): Promise<void> {
  const { bucket, videoModelId } = job;
  const video = videoPlace(bucket, videoModelId);
  const uploadIds = await openUploads(s3, video);
  for (const place of [video, sidecarPlace(bucket, videoModelId), recordPlace(video)]) {
    await removeVersions(s3, place, Date.parse(job.acceptedAt) - CLOCK_SKEW_MS, isOver);
  }
  if (!(await isOver())) return;
  for (const uploadId of uploadIds) await abortUpload(s3, { ...video, uploadId });
}

/** An object that is older than the job's record is an earlier record's: an archived video. */
async function removeVersions(
  s3: S3Client,
  place: ObjectPlace,
  since: number,
  isOver: () => Promise<boolean>,
): Promise<void> {
  for (let tries = 0; tries < MAX_VERSIONS; tries++) {
    const found = await currentVersion(s3, place);
    if (found === undefined || found.writtenAt < since || !(await isOver())) return;
    await deleteObject(s3, { ...place, versionId: found.versionId });
  }
  throw new Error(`${place.key} has more than ${MAX_VERSIONS} versions`);
}

async function currentVersion(s3: S3Client, { bucket, key }: ObjectPlace) {
  const head = new HeadObjectCommand({ Bucket: bucket, Key: key });
  try {
    const { VersionId: versionId, LastModified } = await s3.send(head);
    return { versionId, writtenAt: LastModified?.getTime() ?? Number.NEGATIVE_INFINITY };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
