import type { DetectedContent } from "#archive/content/detect.ts";
import { isSourceTrouble, SourceIncomplete } from "#archive/errors.ts";
import type { BodyReader } from "#archive/source/body-reader.ts";
import { fetchPart } from "#archive/source/fetch-part.ts";
import type { RangedSource } from "#archive/source/open-video.ts";
import { asStored, completeUpload, sendPart, wholeOf } from "#archive/upload/multipart-upload.ts";
import { type PartPlan, partAt, planParts, rangeOf } from "#archive/upload/part-plan.ts";
import { openOrResume } from "#archive/upload/resume-upload.ts";
import { assertWanted, type CopyRun, type SentVideo } from "./copy-run.ts";
import { FileInspection, HEAD_BYTES } from "./inspect-file.ts";
import { PartQueue, runWorkers } from "./part-workers.ts";
import { storeSmall } from "./store-small.ts";

/** The answer that holds the first part. */
interface FirstAnswer {
  source: RangedSource;
  /** Of its body. */
  reader: BodyReader;
  /** By its first bytes. */
  content: DetectedContent;
}

/** Processes one part. */
type UsePart = (partNumber: number, buffer: Buffer, signal: AbortSignal) => Promise<void>;
type FetchPart = (partNumber: number, buffer: Buffer, signal: AbortSignal) => Promise<Buffer>;

/**
 * Copies the video in parts: each is fetched, sent and repeated on its own, several at a time. All of
 * them are of the file that the source had at the beginning, or the copy fails. A small video is held
 * in memory.
 *
 * @throws SourceIncomplete, CopyOvertaken; SourceChanged or UploadLost, after which another copy from
 *   the beginning can succeed
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

/** Fetches all parts into one buffer. */
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
  assertHeadNotCut(run, content, { totalBytes, head });
  const { upload, finished } = await openOrResume(run, source.etag, plan, content.contentType);
  if (finished.has(1)) source.body.destroy();
  const missing = partNumbers(plan.count).filter((number) => !finished.has(number));
  const bufferBytes = Math.max(plan.firstBytes, plan.partBytes);
  const inFlight = new Set<number>();
  const willPass = (offset: number) => inFlight.has(partAt(plan, offset));
  const inspection = new FileInspection(content, { totalBytes, willPass });
  inspection.show(head);
  await forEachPart(run, plan, missing, bufferBytes, async (partNumber, buffer, signal) => {
    inFlight.add(partNumber);
    try {
      const bytes = await fetch(partNumber, buffer, signal);
      // The head that was read may be of another answer than this part.
      if (partNumber === 1) head = Buffer.from(bytes.subarray(0, HEAD_BYTES));
      const seen = inspection.pass(rangeOf(plan, partNumber).offset, bytes, signal);
      finished.set(partNumber, await sendPart(run.s3, upload, { partNumber, bytes }, signal));
      // The buffer may be reused only after that.
      await seen;
    } finally {
      inFlight.delete(partNumber);
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

/** The first bytes often prove that a file is cut, before an upload is opened for it. */
function assertHeadNotCut(
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

/** @throws the source's refusal of the last worker that was running */
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

/** @returns the source's error, which another worker or a plainer request may overcome */
function asRefusal(error: unknown): unknown {
  if (isSourceTrouble(error)) return error;
  throw error;
}

function partNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
