import { createHash } from "node:crypto";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import type { PartPlan } from "#archive/copy/part-plan.ts";
import { deleteObject, noneIfMissing, type ObjectPlace, putJson } from "./objects.ts";

/**
 * What an open upload is a copy of. S3 does not give back an upload's metadata before it is
 * completed, so this lies beside the object, as `<key>.upload.json`, for as long as the upload is
 * open.
 */
const recordSchema = z.object({
  uploadId: z.string(),
  /** See {@link fingerprint}. */
  source: z.string(),
});

export interface UploadRecord extends z.infer<typeof recordSchema> {
  /** Where the record lies, with its version. */
  place: ObjectPlace;
}

/**
 * Tells two copies apart whose parts must not be joined: another address, another file at it, or the
 * same cut in another way.
 */
export function fingerprint(address: string, etag: string, plan: PartPlan): string {
  const { totalBytes, firstBytes, partBytes } = plan;
  const parts = JSON.stringify([address, etag, totalBytes, firstBytes, partBytes]);
  return createHash("sha256").update(parts).digest("hex");
}

/** @returns undefined if there is none, or none that can be understood: the copy starts afresh */
export async function readUploadRecord(
  s3: S3Client,
  video: ObjectPlace,
): Promise<UploadRecord | undefined> {
  const place = recordPlace(video);
  const command = new GetObjectCommand({ Bucket: place.bucket, Key: place.key });
  const found = await s3.send(command).catch(noneIfMissing);
  const record = parseRecord((await found?.Body?.transformToString()) ?? "");
  return record && { ...record, place: { ...place, versionId: found?.VersionId } };
}

function parseRecord(text: string): z.infer<typeof recordSchema> | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export async function writeUploadRecord(
  s3: S3Client,
  video: ObjectPlace,
  record: Omit<UploadRecord, "place">,
): Promise<UploadRecord> {
  const place = recordPlace(video);
  const versionId = await putJson(s3, place, record);
  return { ...record, place: { ...place, versionId } };
}

/** Best effort: a record whose upload is not open any more says nothing to anybody. */
export async function removeUploadRecord(s3: S3Client, record: UploadRecord): Promise<void> {
  await deleteObject(s3, record.place).catch(() => {});
}

/** Where the record of an open upload of this video lies. */
function recordPlace(video: ObjectPlace): ObjectPlace {
  return { bucket: video.bucket, key: `${video.key}.upload.json` };
}
