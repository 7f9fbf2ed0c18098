import type { DetectedContent } from "#archive/content/detect.ts";
import { isSourceTrouble, SourceIncomplete } from "#archive/errors.ts";
import type { BodyReader } from "#archive/source/body-reader.ts";
import { fetchPart } from "#archive/source/fetch-part.ts";
import type { RangedSource } from "#archive/source/open-video.ts";
import { asStored, completeUpload, sendPart, wholeOf } from "#archive/upload/multipart-upload.ts";
import { openOrResume } from "#archive/upload/resume-upload.ts";
import { storeSmall } from "#archive/upload/store-small.ts";
import type { CopyRun, SentVideo } from "./copy-run.ts";
import { FileInspection, HEAD_BYTES } from "./inspect-file.ts";
import { assertWanted } from "./judge-content.ts";
import { type PartPlan, partAt, planParts, rangeOf } from "./part-plan.ts";
import { PartQueue } from "./part-queue.ts";
import { runWorkers } from "./run-workers.ts";

/** The answer that holds the first part. */
interface FirstAnswer {
  source: RangedSource;
  /** Of its body. */
  reader: BodyReader;
  /** By its first bytes. */
  content: DetectedContent;
}

/** What is made of one part. */
type UsePart = (partNumber: number, buffer: Buffer, signal: AbortSignal) => Promise<void>;
type FetchPart = (partNumber: number, buffer: Buffer, signal: AbortSignal) => Promise<Buffer>;

/**
 * Copies the video as parts of its own: each is fetched, sent and repeated alone, several at a time.
 * All of them are of the file that the source had at the beginning, or the copy fails. A small video is
 * collected in memory.
 *
 * @throws SourceIncomplete; SourceChanged, UploadLost: another copy from the beginning can succeed;
 *   CopyOvertaken
 */
export async function copyRanged(run: CopyRun, first: FirstAnswer): Promise<SentVideo> {
  const { source, reader } = first;
  const plan = planParts(source.totalBytes, run.sizing);
  const fetch: FetchPart = (partNumber, buffer, signal) => {
    const opened = partNumber === 1 ? reader : undefined;
    return fetchPart(run, source, rangeOf(plan, partNumber), buffer, signal, opened);
  };
  if (plan.totalBytes > run.sizing.smallBytes) return copyParts(run, first, plan, fetch);
  return storeSmall(run, await collect(run, plan, fetch));
}

/** All parts side by side in one buffer. */
async function collect(run: CopyRun, plan: PartPlan, fetch: FetchPart): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(plan.totalBytes);
  await forEachPart(run, plan, partNumbers(plan.count), 0, async (partNumber, _, signal) => {
    await fetch(partNumber, whole.subarray(rangeOf(plan, partNumber).offset), signal);
  });
  return whole;
}

async function copyParts(
  run: CopyRun,
  { source, reader, content }: FirstAnswer,
  plan: PartPlan,
  fetch: FetchPart,
): Promise<SentVideo> {
  const { totalBytes } = plan;
  let head: Buffer = Buffer.from(await reader.peekUntilBroken(HEAD_BYTES));
  assertNotCutAtSight(run, content, { totalBytes, head });
  const { upload, finished } = await openOrResume(run, source, plan, content.contentType);
  if (finished.has(1)) source.body.destroy();
  const missing = partNumbers(plan.count).filter((number) => !finished.has(number));
  const bufferBytes = Math.max(plan.firstBytes, plan.partBytes);
  const inHand = new Set<number>();
  const isToPass = (offset: number) => inHand.has(partAt(plan, offset));
  const inspection = new FileInspection(content, { totalBytes, isToPass });
  inspection.show(head);
  await forEachPart(run, plan, missing, bufferBytes, async (partNumber, buffer, signal) => {
    inHand.add(partNumber);
    try {
      const bytes = await fetch(partNumber, buffer, signal);
      // Who looked at the first answer has not seen that to a repeated request.
      if (partNumber === 1) head = Buffer.from(bytes.subarray(0, HEAD_BYTES));
      const seen = inspection.pass(rangeOf(plan, partNumber).offset, bytes, signal);
      finished.set(partNumber, await sendPart(run.s3, upload, { partNumber, bytes }, signal));
      // Only then is the buffer free for another part.
      await seen;
    } finally {
      inHand.delete(partNumber);
      inspection.recheck();
    }
  });
  const found = await inspection.finish({ totalBytes, head }, (offset, bytes) =>
    fetchPart(run, source, { offset, bytes }, Buffer.allocUnsafeSlow(bytes), run.deadline),
  );
  assertWanted(run, found, asStored(wholeOf(finished.values())));
  const replaced = await run.replaced(run.place);
  const versionId = await completeUpload(run.s3, upload, finished.values(), replaced);
  run.openUploads.delete(upload.uploadId);
  const stored = versionId === undefined ? {} : { versionId };
  return { bytes: totalBytes, content: found, stored };
}

/** The first bytes often say enough: then a cut file costs no upload. */
function assertNotCutAtSight(
  { purpose }: CopyRun,
  content: DetectedContent,
  { totalBytes, head }: { totalBytes: number; head: Buffer },
): void {
  const inspection = new FileInspection(content, { totalBytes });
  inspection.show(head);
  if (inspection.cut !== undefined && purpose === "archive") {
    throw new SourceIncomplete(inspection.cut, "not yet");
  }
}

/** @throws what the source answered to the last worker that was left */
function forEachPart(
  { deadline }: CopyRun,
  plan: PartPlan,
  missing: readonly number[],
  bufferBytes: number,
  use: UsePart,
): Promise<void> {
  const workers = plan.connections;
  const queue = new PartQueue(missing, workers);
  return runWorkers({ workers, bufferBytes, deadline }, async (buffer, signal) => {
    for (let part = queue.take(); part !== undefined; part = queue.take()) {
      const { partNumber } = part;
      const refusal = await use(partNumber, buffer, signal).catch(asRefusal);
      if (refusal === undefined) continue;
      const next = signal.aborted ? "fail" : queue.giveBack(part);
      if (next === "fail") throw refusal;
      if (next === "leave") return;
    }
  });
}

/** What another worker, or a plainer request, may overcome. */
function asRefusal(error: unknown): unknown {
  if (isSourceTrouble(error)) return error;
  throw error;
}

function partNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
