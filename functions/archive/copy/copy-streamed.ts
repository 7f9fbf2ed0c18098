import type { DetectedContent } from "#archive/content/detect.ts";
import { NotAVideo } from "#archive/errors.ts";
import { BodyCutter, type CutPart } from "#archive/source/body-cutter.ts";
import type { ReadableSource } from "#archive/source/decoded-body.ts";
import type { OpenSource } from "#archive/source/open-source.ts";
import { assertSameAgain } from "#archive/source/second-download.ts";
import {
  abortUpload,
  asStored,
  completeUpload,
  createUpload,
  type FinishedPart,
  sendPart,
  wholeOf,
} from "#archive/upload/multipart-upload.ts";
import { storeSmall } from "#archive/upload/store-small.ts";
import type { CopyRun, SentVideo } from "./copy-run.ts";
import { FileInspection, HEAD_BYTES } from "./inspect-file.ts";
import { assertWanted } from "./judge-content.ts";
import { connectionsFor, growingPartBytes, MAX_PARTS, partBytesFor } from "./part-plan.ts";
import { runWorkers } from "./run-workers.ts";

/**
 * Copies a video whose parts cannot be fetched apart: one body, cut into parts as it comes. While
 * parts are being sent, the next one is read. A small video is collected in memory.
 *
 * Where nothing marks the end of the body, it is stored only if its structure proves it whole, or
 * another download gives the same.
 *
 * @param opened the answer that holds the whole file
 * @param content by its first bytes
 * @throws SourceIncomplete, SourceInterrupted, VideoTooLarge, UploadLost, CopyOvertaken
 */
export async function copyStreamed(
  run: CopyRun,
  opened: ReadableSource<OpenSource>,
  content: DetectedContent,
): Promise<SentVideo> {
  const { maxBytes, sizing } = run;
  const { source, reader } = opened;
  const { totalBytes } = source;
  const cutter = new BodyCutter(reader, { declaredBytes: totalBytes, maxBytes });
  const isSmall = totalBytes === undefined || totalBytes <= sizing.smallBytes;
  const firstBytes = isSmall ? (totalBytes ?? sizing.smallBytes) : sizing.partBytes;
  const first = await cutter.next(Buffer.allocUnsafeSlow(firstBytes));
  if (first === undefined) throw new NotAVideo("the source served only 0 bytes");
  if (!first.last) return copyParts(run, { source, content }, cutter, first);
  return storeSmall(run, first.bytes, source.endIsMarked);
}

async function copyParts(
  run: CopyRun,
  { source, content }: { source: OpenSource; content: DetectedContent },
  cutter: BodyCutter,
  first: CutPart,
): Promise<SentVideo> {
  const { s3, place } = run;
  const head = Buffer.from(first.bytes.subarray(0, HEAD_BYTES));
  const inspection = new FileInspection(content, { totalBytes: source.totalBytes });
  const parts: FinishedPart[] = [];
  const { upload, others } = await createUpload(s3, place, content.contentType);
  for (const [uploadId, other] of others) run.openUploads.set(uploadId, other);
  try {
    await forEachPart(run, source, cutter, first, async (part, signal) => {
      const seen = inspection.pass(part.offset, part.bytes, signal);
      parts.push(await sendPart(s3, upload, part, signal));
      await seen;
    });
    const found = await inspection.finish({ totalBytes: cutter.bytes, head });
    assertWanted(run, found, asStored(wholeOf(parts)));
    if (!source.endIsMarked && !found.isWhole) await assertSameAgain(run, wholeOf(parts));
    const versionId = await completeUpload(s3, upload, parts, await run.replaced(place));
    const stored = versionId === undefined ? {} : { versionId };
    return { bytes: cutter.bytes, content: found, stored };
  } catch (error) {
    // A stream cannot be taken up again from its middle. The next copy ends what is left.
    await abortUpload(s3, upload).catch(() => {});
    throw error;
  }
}

/** Parts of an unknown length grow; then fewer of them are under way, as many as memory holds. */
function forEachPart(
  { sizing, deadline }: CopyRun,
  { totalBytes, body }: OpenSource,
  cutter: BodyCutter,
  first: CutPart,
  use: (part: CutPart, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const bytesOfNext = () =>
    totalBytes === undefined
      ? growingPartBytes(cutter.parts, sizing)
      : partBytesFor(totalBytes, MAX_PARTS, sizing);
  const workers = connectionsFor(bytesOfNext(), sizing);
  let atWork = workers;
  let waiting: CutPart | undefined = first;
  return runWorkers({ workers, bufferBytes: 0, deadline }, async (_, signal) => {
    signal.addEventListener("abort", () => body.destroy());
    let buffer: Buffer = Buffer.alloc(0);
    while (atWork <= connectionsFor(bytesOfNext(), sizing)) {
      const taken = waiting;
      waiting = undefined;
      if (taken === undefined && buffer.length < bytesOfNext()) {
        buffer = Buffer.allocUnsafeSlow(bytesOfNext());
      }
      const part = taken ?? (await cutter.next(buffer));
      if (part === undefined) return;
      await use(part, signal);
    }
    atWork -= 1;
  });
}
