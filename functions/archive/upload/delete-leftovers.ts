import {
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  type S3Client,
} from "@aws-sdk/client-s3";
import { abortUpload, openUploads, type UploadPlace } from "./multipart-upload.ts";
import { deleteObject, noneIfMissing, OURS } from "./objects.ts";
import { companionPlace, doubtfulPlace, type ObjectPlace, stemOf, videoPlace } from "./places.ts";
import { isUploadRecord } from "./resume-upload.ts";

/** The job whose leftovers are deleted. */
export interface JobInBucket {
  bucket: string;
  /** What the keys of its files begin with; see `keyStemOf`. */
  keyStem: string;
  /** When its record was created (ISO 8601). */
  acceptedAt: string;
}

/** Between our clock and the store's, whose times have whole seconds. */
const CLOCK_SKEW_MS = 60_000;
/** Every run of a copy can leave one; far more than there are in practice. */
const MAX_VERSIONS = 100;

/**
 * Deletes what copies of an archived job have left: uploads and their records, the cut files that were
 * stored before there were whole ones, and a file that a run has stored as another kind and not recorded.
 * The video and its companions stay, and everything that others have put beside them.
 *
 * @param key of the video; of the cut file, if the source never had more
 * @param companions the keys of those that are archived
 * @throws the SDK's errors; repeating it is harmless
 */
export async function tidyArchived(
  s3: S3Client,
  job: JobInBucket,
  key: string,
  companions: readonly string[] = [],
): Promise<void> {
  const [video, doubtful] = placesOf(job);
  for (const upload of await uploadsOf(s3, job)) await abortUpload(s3, upload);
  const remove = (place: ObjectPlace) =>
    removeVersions(s3, place, recordedSince(job), async () => true);
  const isCut = stemOf(key) === stemOf(doubtful.key);
  const isKept = (place: ObjectPlace) => place.key === key || companions.includes(place.key);
  for (const place of await objectsBeside(s3, doubtful)) {
    if (isUploadRecord(place) || !(isCut || isKept(place))) await remove(place);
  }
  for (const place of await objectsBeside(s3, video)) {
    const isUnrecorded = async () => !isCut && !isKept(place) && (await isOurs(s3, place));
    if (isUploadRecord(place) || (await isUnrecorded())) await remove(place);
  }
}

/**
 * Deletes what attempts at a job have left that has ended without its video: open uploads, and objects
 * version by version, since deleting the newest makes the one before it current.
 *
 * @param isOver whether the job is still ended; asked before each deletion, once its target is known.
 *   What a new attempt writes later is another version, and stays
 * @param kept keys of companions that are archived all the same
 * @throws the SDK's errors; repeating it is harmless
 */
export async function deleteLeftovers(
  s3: S3Client,
  job: JobInBucket,
  isOver: () => Promise<boolean>,
  kept: readonly string[] = [],
): Promise<void> {
  const uploads = await uploadsOf(s3, job);
  for (const place of placesOf(job)) {
    for (const object of await objectsBeside(s3, place)) {
      if (kept.includes(object.key)) continue;
      await removeVersions(s3, object, recordedSince(job), isOver);
    }
  }
  if (!(await isOver())) return;
  for (const upload of uploads) await abortUpload(s3, upload);
}

/** Where a job's files may lie. */
function placesOf({ bucket, keyStem }: JobInBucket): [ObjectPlace, ObjectPlace] {
  const video = videoPlace(bucket, keyStem);
  return [video, doubtfulPlace(video)];
}

/** Subtitles are never stored by an upload. */
async function uploadsOf(s3: S3Client, job: JobInBucket): Promise<UploadPlace[]> {
  const places = placesOf(job).flatMap((video) => [
    video,
    companionPlace(video, "no_caption_video"),
  ]);
  const found = await Promise.all(places.map((place) => openUploads(s3, place)));
  return found.flatMap((uploads) => [...uploads.values()]);
}

const OUR_ENDING =
  /^(?:\.(?:original|translated)\.srt|(?:\.no-caption)?\.[a-z0-9]{1,8}(?:\.upload\.json)?)$/;

/**
 * A video as any kind of file, its companions, its sidecar and its upload records, and nothing else. A
 * stem holds no dot, and ends with its job's id, so no other job's keys have this prefix. Decisions 0012
 * and 0079.
 */
async function objectsBeside(s3: S3Client, { bucket, key }: ObjectPlace): Promise<ObjectPlace[]> {
  const stem = stemOf(key);
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: `${stem}.` }),
  );
  return Contents.flatMap(({ Key = "" }) =>
    OUR_ENDING.test(Key.slice(stem.length)) ? { bucket, key: Key } : [],
  );
}

/** Whether this system stored it as a video; a sidecar is not one. */
async function isOurs(s3: S3Client, { bucket, key }: ObjectPlace): Promise<boolean> {
  const head = await s3
    .send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    .catch(noneIfMissing);
  return Object.entries(OURS).every(([name, value]) => head?.Metadata?.[name] === value);
}

/** An object older than the job's record belongs to an earlier record: an archived video. */
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
