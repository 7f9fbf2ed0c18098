import {
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  type S3Client,
} from "@aws-sdk/client-s3";
import { abortUpload, openUploads, type UploadPlace } from "./multipart-upload.ts";
import {
  deleteObject,
  doubtfulPlace,
  noneIfMissing,
  type ObjectPlace,
  OURS,
  stemOf,
  videoPlace,
} from "./objects.ts";

/** Whose leftovers: a job in the bucket of the videos. */
export interface JobInBucket {
  bucket: string;
  videoModelId: string;
  /** Since when there is its record (ISO 8601). */
  acceptedAt: string;
}

/** Between our clock and the store's, which counts in whole seconds too. */
const CLOCK_SKEW_MS = 60_000;
/** Every run of a copy can leave one; far more than there ever are. */
const MAX_VERSIONS = 100;

/**
 * Ends the uploads that copies of an archived job have left open, and removes what was kept of it
 * while there was no whole file, and what a run has stored as another kind of file and not recorded.
 * The video stays, and all that others have put beside it.
 *
 * @param key of the video; it may be one that is not whole, and was all that there is
 * @throws the SDK's errors; repeating it is harmless
 */
export async function tidyArchived(s3: S3Client, job: JobInBucket, key: string): Promise<void> {
  const [video, doubtful] = placesOf(job);
  for (const upload of await uploadsOf(s3, job)) await abortUpload(s3, upload);
  if (stemOf(key) === stemOf(doubtful.key)) return;
  for (const place of await objectsBeside(s3, doubtful)) {
    await removeVersions(s3, place, recordedSince(job), async () => true);
  }
  for (const place of await objectsBeside(s3, video)) {
    const isUnrecorded = place.key !== key && (await isOurs(s3, place));
    if (isUnrecorded) await removeVersions(s3, place, recordedSince(job), async () => true);
  }
}

/**
 * Removes what attempts at a job have left in the bucket that has ended without its video: objects,
 * version by version, since without one the version before it would be seen again; and open uploads.
 *
 * @param isOver asked each time it is known what would go: whether the job still stands as it did.
 *   What a new attempt writes after that is another version, and stays
 * @throws the SDK's errors; repeating it is harmless
 */
export async function deleteLeftovers(
  s3: S3Client,
  job: JobInBucket,
  isOver: () => Promise<boolean>,
): Promise<void> {
  const uploads = await uploadsOf(s3, job);
  for (const place of placesOf(job)) {
    for (const object of await objectsBeside(s3, place)) {
      await removeVersions(s3, object, recordedSince(job), isOver);
    }
  }
  if (!(await isOver())) return;
  for (const upload of uploads) await abortUpload(s3, upload);
}

/** Where files of a job may lie, with everything beside them. */
function placesOf({ bucket, videoModelId }: JobInBucket): [ObjectPlace, ObjectPlace] {
  const video = videoPlace(bucket, videoModelId);
  return [video, doubtfulPlace(video)];
}

async function uploadsOf(s3: S3Client, job: JobInBucket): Promise<UploadPlace[]> {
  const found = await Promise.all(placesOf(job).map((place) => openUploads(s3, place)));
  return found.flatMap((uploads) => [...uploads.values()]);
}

/**
 * A video as whatever kind of file, its sidecar, and the record of its upload: nothing else that lies
 * there. An id holds no dot, so that no other job's keys begin as this one's do.
 */
async function objectsBeside(s3: S3Client, { bucket, key }: ObjectPlace): Promise<ObjectPlace[]> {
  const stem = stemOf(key);
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: `${stem}.` }),
  );
  return Contents.flatMap(({ Key = "" }) =>
    /^\.[a-z0-9]{1,8}(?:\.upload\.json)?$/.test(Key.slice(stem.length)) ? { bucket, key: Key } : [],
  );
}

/** Whether it was stored as a video; a sidecar was not. */
async function isOurs(s3: S3Client, { bucket, key }: ObjectPlace): Promise<boolean> {
  const head = await s3
    .send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    .catch(noneIfMissing);
  return Object.entries(OURS).every(([name, value]) => head?.Metadata?.[name] === value);
}

/** An object that is older than the job's record is an earlier record's: an archived video. */
function recordedSince({ acceptedAt }: JobInBucket): number {
  return Date.parse(acceptedAt) - CLOCK_SKEW_MS;
}

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
