import { HeadObjectCommand, NotFound, type S3Client } from "@aws-sdk/client-s3";
import { abortUpload, openUploads } from "./multipart-upload.ts";
import { deleteObject, type ObjectPlace, sidecarPlace, videoPlace } from "./objects.ts";
import { recordPlace } from "./upload-record.ts";

/** Whose leftovers: a job in the bucket of the videos. */
export interface JobInBucket {
  bucket: string;
  videoModelId: string;
}

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
 * each that version and no other, and open uploads.
 *
 * @param isOver asked when it is known what would go: whether the job still stands as it did. What
 *   a new attempt writes after that is another version, and stays
 * @throws the SDK's errors; repeating it is harmless
 */
export async function takeBack(
  s3: S3Client,
  { bucket, videoModelId }: JobInBucket,
  isOver: () => Promise<boolean>,
): Promise<void> {
  const video = videoPlace(bucket, videoModelId);
  const places = [video, sidecarPlace(bucket, videoModelId), recordPlace(video)];
  const found = await Promise.all(places.map((place) => currentVersion(s3, place)));
  const uploadIds = await openUploads(s3, video);
  if (!(await isOver())) return;
  for (const uploadId of uploadIds) await abortUpload(s3, { ...video, uploadId });
  for (const place of found) if (place !== undefined) await deleteObject(s3, place);
}

async function currentVersion(s3: S3Client, place: ObjectPlace): Promise<ObjectPlace | undefined> {
  const head = new HeadObjectCommand({ Bucket: place.bucket, Key: place.key });
  try {
    const { VersionId } = await s3.send(head);
    return { ...place, versionId: VersionId };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
