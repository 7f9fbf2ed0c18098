import {
  AbortMultipartUploadCommand,
  HeadObjectCommand,
  NoSuchUpload,
  NotFound,
  type S3Client,
} from "@aws-sdk/client-s3";
import { openUploads } from "./multipart-upload.ts";
import { deleteObject, type ObjectPlace, sidecarPlace, videoPlace } from "./objects.ts";
import { recordPlace } from "./upload-record.ts";

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
  { bucket, videoModelId }: { bucket: string; videoModelId: string },
  isOver: () => Promise<boolean>,
): Promise<void> {
  const video = videoPlace(bucket, videoModelId);
  const places = [video, sidecarPlace(bucket, videoModelId), recordPlace(video)];
  const found = await Promise.all(places.map((place) => currentVersion(s3, place)));
  const uploadIds = await openUploads(s3, video);
  if (!(await isOver())) return;
  for (const UploadId of uploadIds) {
    await s3
      .send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: video.key, UploadId }))
      .catch(ignore(NoSuchUpload));
  }
  for (const place of found) if (place !== undefined) await deleteObject(s3, place);
}

async function currentVersion(s3: S3Client, place: ObjectPlace): Promise<ObjectPlace | undefined> {
  const head = new HeadObjectCommand({ Bucket: place.bucket, Key: place.key });
  const found = await s3.send(head).catch(ignore(NotFound));
  return found && { ...place, versionId: found.VersionId };
}

/** For an error that says that it is as wanted already. */
function ignore(expected: abstract new (...args: never[]) => Error): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof expected)) throw error;
  };
}
