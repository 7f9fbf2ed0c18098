import type { BodyReader } from "./body-reader.ts";
import { type CopyRun, type SentVideo, storedType } from "./copy-run.ts";
import { fetchPart } from "./fetch-part.ts";
import { completeUpload, sendPart } from "./multipart-upload.ts";
import { putVideo } from "./objects.ts";
import type { RangedSource } from "./open-video.ts";
import { planParts, rangeOf } from "./part-plan.ts";
import { openOrResume } from "./resume-upload.ts";
import { runWorkers } from "./run-workers.ts";

/**
 * Copies the video as parts of its own: each is fetched, sent and repeated alone, several at a time.
 * All of them are of the file that the source had at the beginning, or the copy fails.
 *
 * @param file the answer that holds the first part
 * @param first the reader of its body
 * @throws SourceChanged, UploadLost: another copy from the beginning can succeed; CopyOvertaken
 */
export async function copyRanged(
  run: CopyRun,
  file: RangedSource,
  first: BodyReader,
): Promise<SentVideo> {
  const { s3, place, sizing, deadline, replaced } = run;
  const plan = planParts(file.totalBytes, sizing);
  const fetch = (partNumber: number, buffer: Buffer, signal: AbortSignal) =>
    fetchPart(
      run,
      file,
      rangeOf(plan, partNumber),
      buffer,
      signal,
      partNumber === 1 ? first : undefined,
    );

  if (plan.count === 1) {
    const video = await fetch(1, Buffer.allocUnsafeSlow(plan.totalBytes), deadline);
    const versionId = await putVideo(s3, place, storedType(file.contentType), video, replaced);
    return { bytes: video.length, versionId };
  }

  const { upload, finished } = await openOrResume(run, file, plan);
  if (finished.has(1)) file.body.destroy();
  const missing = partNumbers(plan.count)
    .filter((number) => !finished.has(number))
    .values();
  const bufferBytes = Math.max(plan.firstBytes, plan.partBytes);
  await runWorkers({ workers: plan.connections, bufferBytes, deadline }, async (buffer, signal) => {
    // One iterator for all workers: each takes the next part that nobody has taken.
    for (const partNumber of missing) {
      const bytes = await fetch(partNumber, buffer, signal);
      finished.set(partNumber, await sendPart(s3, upload, { partNumber, bytes }, signal));
    }
  });
  const versionId = await completeUpload(s3, upload, finished.values(), replaced);
  run.openUploads.delete(upload.uploadId);
  return { bytes: plan.totalBytes, versionId };
}

function partNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
