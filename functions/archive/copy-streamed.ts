import { crc32 } from "node:zlib";
import { BodyCutter, type CutPart } from "./body-cutter.ts";
import { type CopyRun, type SentVideo, storedType } from "./copy-run.ts";
import type { ReadableSource } from "./decoded-body.ts";
import { NotAVideo } from "./errors.ts";
import { HEAD_BYTES, inspectFile } from "./inspect-file.ts";
import {
  abortUpload,
  completeUpload,
  createUpload,
  type FinishedPart,
  sendPart,
  wholeOf,
} from "./multipart-upload.ts";
import type { OpenSource } from "./open-source.ts";
import { connectionsFor, growingPartBytes, MAX_PARTS, partBytesFor } from "./part-plan.ts";
import { runWorkers } from "./run-workers.ts";
import { assertSameAgain } from "./second-download.ts";
import { storeSmall } from "./store-small.ts";

/**
 * Copies a video whose parts cannot be fetched apart: one body, cut into parts as it comes. While
 * parts are being sent, the next one is read. A small video is collected in memory.
 *
 * Where nothing marks the end of the body, it is stored only if another download gives the same.
 *
 * @param opened the answer that holds the whole file
 * @throws SourceInterrupted, VideoTooLarge, UploadLost, CopyOvertaken
 */
export async function copyStreamed(
  run: CopyRun,
  opened: ReadableSource<OpenSource>,
): Promise<SentVideo> {
  const { maxBytes, sizing } = run;
  const { source, reader } = opened;
  const { totalBytes } = source;
  const cutter = new BodyCutter(reader, { declaredBytes: totalBytes, maxBytes });
  const isSmall = totalBytes === undefined || totalBytes <= sizing.smallBytes;
  const firstBytes = isSmall ? (totalBytes ?? sizing.smallBytes) : sizing.partBytes;
  const first = await cutter.next(Buffer.allocUnsafeSlow(firstBytes));
  if (first === undefined) throw new NotAVideo("the source served only 0 bytes");
  if (!first.last) return copyParts(run, source, cutter, first);
  const { bytes } = first;
  if (!source.endIsMarked) {
    await assertSameAgain(run, { bytes: bytes.length, crc32: crc32(bytes) });
  }
  return storeSmall(run, source.contentType, bytes);
}

async function copyParts(
  run: CopyRun,
  source: OpenSource,
  cutter: BodyCutter,
  first: CutPart,
): Promise<SentVideo> {
  const { s3, place, replaced } = run;
  const head = Buffer.from(first.bytes.subarray(0, HEAD_BYTES));
  const parts: FinishedPart[] = [];
  const upload = await createUpload(s3, place, storedType(source.contentType));
  try {
    await forEachPart(run, source, cutter, first, async (part, signal) => {
      parts.push(await sendPart(s3, upload, part, signal));
    });
    if (!source.endIsMarked) await assertSameAgain(run, wholeOf(parts));
    await inspectFile({ totalBytes: cutter.bytes, head });
    const versionId = await completeUpload(s3, upload, parts, replaced);
    return { bytes: cutter.bytes, stored: { ...(versionId !== undefined && { versionId }) } };
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
