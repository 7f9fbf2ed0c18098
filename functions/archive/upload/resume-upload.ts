import type { CopyRun } from "#archive/copy/copy-run.ts";
import { type PartPlan, rangeOf } from "#archive/copy/part-plan.ts";
import type { RangedSource } from "#archive/source/open-video.ts";
import {
  createUpload,
  type FinishedPart,
  finishedParts,
  type UploadPlace,
} from "./multipart-upload.ts";
import { fingerprint, removeUploadRecord, writeUploadRecord } from "./upload-record.ts";

/** An upload to add parts to, and those that it has already. */
export interface ResumedUpload {
  upload: UploadPlace;
  finished: Map<number, FinishedPart>;
}

/**
 * Goes on with the upload that an earlier run of the same copy has left open, or opens one.
 *
 * Why parts of two files can never be joined: an upload gets parts only of the file, and in the cut,
 * that it was opened for. The run that opens it knows them; any other takes them from the record that
 * this run has written, and goes on only if they are its own.
 *
 * @throws UploadLost
 */
export async function openOrResume(
  run: CopyRun,
  file: RangedSource,
  plan: PartPlan,
  contentType: string,
): Promise<ResumedUpload> {
  const { s3, place } = run;
  const source = fingerprint(run.sourceUrl, file.etag, plan);
  const { record } = run;
  const open = record?.source === source ? run.openUploads.get(record.uploadId) : undefined;
  if (open?.key === place.key) {
    const upload = open;
    const parts = (await finishedParts(s3, upload)).filter((part) => fits(plan, part));
    return { upload, finished: new Map(parts.map((part) => [part.partNumber, part])) };
  }
  const { upload, others } = await createUpload(s3, place, contentType);
  for (const [uploadId, other] of others) run.openUploads.set(uploadId, other);
  run.openUploads.set(upload.uploadId, upload);
  // Before the new one, so that no older version of it can be seen again.
  if (record !== undefined) await removeUploadRecord(s3, record);
  run.record = await writeUploadRecord(s3, place, { uploadId: upload.uploadId, source });
  return { upload, finished: new Map() };
}

function fits(plan: PartPlan, { partNumber, bytes }: FinishedPart): boolean {
  return partNumber <= plan.count && rangeOf(plan, partNumber).bytes === bytes;
}
