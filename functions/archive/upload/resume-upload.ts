import { createHash } from "node:crypto";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import {
  abortUpload,
  createUpload,
  type FinishedPart,
  finishedParts,
  type UploadPlace,
} from "./multipart-upload.ts";
import { deleteObject, noneIfMissing, putJson } from "./objects.ts";
import { type PartPlan, rangeOf } from "./part-plan.ts";
import type { ObjectPlace } from "./places.ts";

/**
 * What an open upload is a copy of. S3 does not return an upload's metadata before it is completed, so
 * this lies beside the object, as `<key>.upload.json`, for as long as the upload is open.
 */
const recordSchema = z.object({
  uploadId: z.string(),
  /** See {@link fingerprint}. */
  source: z.string(),
});

interface UploadRecord extends z.infer<typeof recordSchema> {
  /** Where the record lies, with its version. */
  place: ObjectPlace;
}

/** The uploads that one copy deals with. */
export interface UploadRun {
  s3: S3Client;
  place: ObjectPlace;
  sourceUrl: string;
  /** This video's uploads by their ids: those that were open when the copy began, and its own. */
  openUploads: Map<string, UploadPlace>;
  /** What one of them is a copy of. */
  record: UploadRecord | undefined;
  /** Whether the store would not remove an earlier record: in a versioned bucket it can reappear. */
  isRecordLeft?: boolean;
}

/** An upload to add parts to, and those that it has already. */
interface ResumedUpload {
  upload: UploadPlace;
  finished: Map<number, FinishedPart>;
}

/**
 * Resumes the upload that an earlier run of the same copy has left open, or opens a new one.
 *
 * Parts of two files can never be joined: an upload receives parts only of the file, and in the plan,
 * that it was opened for. The run that opens it writes a record of both; another run resumes it only
 * if its own file and plan are those of the record. Decision 0036.
 *
 * @param etag of the file at the source
 * @throws UploadLost
 */
export async function openOrResume(
  run: UploadRun,
  etag: string,
  plan: PartPlan,
  contentType: string,
): Promise<ResumedUpload> {
  const { s3, place, record } = run;
  const source = fingerprint(run.sourceUrl, etag, plan);
  const open = record?.source === source ? run.openUploads.get(record.uploadId) : undefined;
  if (open?.key === place.key) {
    const parts = (await finishedParts(s3, open)).filter((part) => fits(plan, part));
    return { upload: open, finished: new Map(parts.map((part) => [part.partNumber, part])) };
  }
  const upload = await openUpload(run, contentType);
  run.openUploads.set(upload.uploadId, upload);
  // Deleted before the new one is written, so that no older version of it can reappear.
  run.isRecordLeft = record !== undefined && !(await removeRecord(s3, record));
  run.record = await writeRecord(s3, place, { uploadId: upload.uploadId, source });
  return { upload, finished: new Map() };
}

/** Opens an upload. Those that a repeated request may have opened as well are noted in the run. */
export async function openUpload(run: UploadRun, contentType: string): Promise<UploadPlace> {
  const { upload, others } = await createUpload(run.s3, run.place, contentType);
  for (const [uploadId, other] of others) run.openUploads.set(uploadId, other);
  return upload;
}

function fits(plan: PartPlan, { partNumber, bytes }: FinishedPart): boolean {
  return partNumber <= plan.count && rangeOf(plan, partNumber).bytes === bytes;
}

/**
 * Aborts what is open, of this run and of earlier ones, and removes the record of it, as far as the
 * store lets it.
 *
 * @returns whether nothing is left
 */
export async function abortUploads(run: UploadRun): Promise<boolean> {
  let areAborted = true;
  for (const upload of run.openUploads.values()) {
    await abortUpload(run.s3, upload).catch(() => {
      areAborted = false;
    });
  }
  const isRemoved = run.record === undefined || (await removeRecord(run.s3, run.record));
  return areAborted && isRemoved && !run.isRecordLeft;
}

/**
 * Differs between two copies whose parts must not be joined: of another address, of another file at
 * it, or of the same file cut in another way.
 */
function fingerprint(address: string, etag: string, plan: PartPlan): string {
  const { totalBytes, firstBytes, partBytes } = plan;
  const parts = JSON.stringify([address, etag, totalBytes, firstBytes, partBytes]);
  return createHash("sha256").update(parts).digest("hex");
}

/** @returns undefined if there is none, or none that can be read: the copy then starts afresh */
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

async function writeRecord(
  s3: S3Client,
  video: ObjectPlace,
  record: Omit<UploadRecord, "place">,
): Promise<UploadRecord> {
  const place = recordPlace(video);
  const versionId = await putJson(s3, place, record);
  return { ...record, place: { ...place, versionId } };
}

/** @returns whether it is gone; the record of an upload that is not open any more does no harm */
function removeRecord(s3: S3Client, record: UploadRecord): Promise<boolean> {
  return deleteObject(s3, record.place).then(
    () => true,
    () => false,
  );
}

const RECORD_ENDING = ".upload.json";

function recordPlace(video: ObjectPlace): ObjectPlace {
  return { bucket: video.bucket, key: `${video.key}${RECORD_ENDING}` };
}

/** Whether an object is the record of an upload. */
export function isUploadRecord({ key }: ObjectPlace): boolean {
  return key.endsWith(RECORD_ENDING);
}
