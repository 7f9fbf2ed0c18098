import type { DetectedContent } from "#archive/content/detect.ts";
import { NotAVideo } from "#archive/errors.ts";
import type { ReadableSource } from "#archive/source/content-coding.ts";
import type { OpenSource } from "#archive/source/open-source.ts";
import { assertSameAgain } from "#archive/source/open-video.ts";
import {
  abortUpload,
  asStored,
  completeUpload,
  type FinishedPart,
  sendPart,
  wholeOf,
} from "#archive/upload/multipart-upload.ts";
import {
  connectionsFor,
  growingPartBytes,
  MAX_PARTS,
  partBytesFor,
} from "#archive/upload/part-plan.ts";
import { openUpload } from "#archive/upload/resume-upload.ts";
import { BodyCutter, type CutPart } from "./body-cutter.ts";
import { assertWanted, type CopyRun, type SentVideo } from "./copy-run.ts";
import { FileInspection, HEAD_BYTES } from "./inspect-file.ts";
import { runWorkers } from "./part-workers.ts";
import { storeSmall } from "./store-small.ts";

/**
 * Copies a video whose parts cannot be fetched separately: one body, cut into parts as it arrives.
 * While parts are being sent, the next one is read. A small video is held in memory.
 *
 * If nothing marks the end of the body, it is stored only if its structure proves it whole, or a
 * second download gives the same bytes.
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
  const upload = await openUpload(run, content.contentType);
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
    // A stream cannot be resumed from its middle. The next copy aborts what this one cannot.
    await abortUpload(s3, upload).catch(() => {});
    throw error;
  }
}

/** Parts of a file of unknown length grow; then fewer are in flight, as many as fit in memory. */
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
  let running = workers;
  let waiting: CutPart | undefined = first;
  return runWorkers({ workers, bufferBytes: 0, deadline }, async (_, signal) => {
    signal.addEventListener("abort", () => body.destroy());
    let buffer: Buffer = Buffer.alloc(0);
    while (running <= connectionsFor(bytesOfNext(), sizing)) {
      const taken = waiting;
      waiting = undefined;
      if (taken === undefined && buffer.length < bytesOfNext()) {
        buffer = Buffer.allocUnsafeSlow(bytesOfNext());
      }
      const part = taken ?? (await cutter.next(buffer));
      if (part === undefined) return;
      await use(part, signal);
    }
    running -= 1;
  });
}
