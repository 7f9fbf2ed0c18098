import type { BodyReader } from "./body-reader.ts";
import type { CopyRun, SentVideo } from "./copy-run.ts";
import { fetchPart } from "./fetch-part.ts";
import { HEAD_BYTES, inspectFile } from "./inspect-file.ts";
import { completeUpload, sendPart } from "./multipart-upload.ts";
import type { RangedSource } from "./open-video.ts";
import { type PartPlan, planParts, rangeOf } from "./part-plan.ts";
import { openOrResume } from "./resume-upload.ts";
import { runWorkers } from "./run-workers.ts";
import { storeSmall } from "./store-small.ts";

/** The answer that holds the first part. */
interface FirstAnswer {
  file: RangedSource;
  /** Of its body. */
  reader: BodyReader;
}

type FetchPart = (partNumber: number, buffer: Buffer, signal: AbortSignal) => Promise<Buffer>;

/**
 * Copies the video as parts of its own: each is fetched, sent and repeated alone, several at a time.
 * All of them are of the file that the source had at the beginning, or the copy fails. A small video is
 * collected in memory.
 *
 * @throws SourceChanged, UploadLost: another copy from the beginning can succeed; CopyOvertaken
 */
export async function copyRanged(run: CopyRun, first: FirstAnswer): Promise<SentVideo> {
  const { file, reader } = first;
  const plan = planParts(file.totalBytes, run.sizing);
  const fetch: FetchPart = (partNumber, buffer, signal) => {
    const opened = partNumber === 1 ? reader : undefined;
    return fetchPart(run, file, rangeOf(plan, partNumber), buffer, signal, opened);
  };
  if (plan.totalBytes > run.sizing.smallBytes) return copyParts(run, first, plan, fetch);
  return storeSmall(run, file.contentType, await collect(run, plan, fetch));
}

/** All parts side by side in one buffer. */
async function collect(run: CopyRun, plan: PartPlan, fetch: FetchPart): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(plan.totalBytes);
  const missing = partNumbers(plan.count).values();
  const { connections: workers } = plan;
  await runWorkers({ workers, bufferBytes: 0, deadline: run.deadline }, async (_, signal) => {
    for (const partNumber of missing) {
      await fetch(partNumber, whole.subarray(rangeOf(plan, partNumber).offset), signal);
    }
  });
  return whole;
}

async function copyParts(
  run: CopyRun,
  first: FirstAnswer,
  plan: PartPlan,
  fetch: FetchPart,
): Promise<SentVideo> {
  const { s3, deadline, replaced } = run;
  const { file, reader } = first;
  const { upload, finished } = await openOrResume(run, file, plan);
  let head: Buffer = Buffer.alloc(0);
  if (finished.has(1)) {
    head = Buffer.from(await reader.peek(HEAD_BYTES));
    file.body.destroy();
  }
  const missing = partNumbers(plan.count)
    .filter((number) => !finished.has(number))
    .values();
  const bufferBytes = Math.max(plan.firstBytes, plan.partBytes);
  await runWorkers({ workers: plan.connections, bufferBytes, deadline }, async (buffer, signal) => {
    // One iterator for all workers: each takes the next part that nobody has taken.
    for (const partNumber of missing) {
      const bytes = await fetch(partNumber, buffer, signal);
      // Who looked at the first answer has not seen that to a repeated request.
      if (partNumber === 1) head = Buffer.from(bytes.subarray(0, HEAD_BYTES));
      finished.set(partNumber, await sendPart(s3, upload, { partNumber, bytes }, signal));
    }
  });
  await inspectFile({ totalBytes: plan.totalBytes, head });
  const versionId = await completeUpload(s3, upload, finished.values(), replaced);
  run.openUploads.delete(upload.uploadId);
  return { bytes: plan.totalBytes, stored: { ...(versionId !== undefined && { versionId }) } };
}

function partNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
