import { BodyCutter } from "./body-cutter.ts";
import type { BodyReader } from "./body-reader.ts";
import { type CopyRun, type SentVideo, storedType } from "./copy-run.ts";
import { NotAVideo } from "./errors.ts";
import { HEAD_BYTES, inspectFile } from "./inspect-file.ts";
import {
  abortUpload,
  completeUpload,
  createUpload,
  type FinishedPart,
  sendPart,
  type VideoPart,
} from "./multipart-upload.ts";
import type { OpenSource } from "./open-source.ts";
import { connectionsFor, MAX_PARTS, partBytesFor } from "./part-plan.ts";
import { runWorkers } from "./run-workers.ts";
import { storeSmall } from "./store-small.ts";

/**
 * Copies a video whose parts cannot be fetched apart: one body, cut into parts as it comes. While
 * parts are being sent, the next one is read. A small video is collected in memory.
 *
 * @param source the answer that holds the whole file
 * @param reader of its body
 * @throws SourceInterrupted, VideoTooLarge, UploadLost, CopyOvertaken
 */
export async function copyStreamed(
  run: CopyRun,
  source: OpenSource,
  reader: BodyReader,
): Promise<SentVideo> {
  const { maxBytes, sizing } = run;
  const { totalBytes } = source;
  const cutter = new BodyCutter(reader, { declaredBytes: totalBytes, maxBytes });
  const isSmall = totalBytes === undefined || totalBytes <= sizing.smallBytes;
  const firstBytes = isSmall ? (totalBytes ?? sizing.smallBytes) : sizing.partBytes;
  const first = await cutter.next(Buffer.allocUnsafeSlow(firstBytes));
  if (first === undefined) throw new NotAVideo("the source served only 0 bytes");
  return first.last
    ? storeSmall(run, source.contentType, first.bytes)
    : copyParts(run, source, cutter, first);
}

async function copyParts(
  run: CopyRun,
  source: OpenSource,
  cutter: BodyCutter,
  first: VideoPart,
): Promise<SentVideo> {
  const { s3, place, sizing, deadline, replaced } = run;
  const bufferBytes = partBytesFor(source.totalBytes ?? 0, MAX_PARTS, sizing);
  const workers = connectionsFor(bufferBytes, sizing);
  const head = Buffer.from(first.bytes.subarray(0, HEAD_BYTES));
  const parts: FinishedPart[] = [];
  let waiting: VideoPart | undefined = first;
  const upload = await createUpload(s3, place, storedType(source.contentType));
  try {
    await runWorkers({ workers, bufferBytes, deadline }, async (buffer, signal) => {
      signal.addEventListener("abort", () => source.body.destroy());
      for (;;) {
        const part = waiting ?? (await cutter.next(buffer));
        waiting = undefined;
        if (part === undefined) return;
        parts.push(await sendPart(s3, upload, part, signal));
      }
    });
    await inspectFile({ totalBytes: cutter.bytes, head });
    const versionId = await completeUpload(s3, upload, parts, replaced);
    return { bytes: cutter.bytes, stored: { ...(versionId !== undefined && { versionId }) } };
  } catch (error) {
    // A stream cannot be taken up again from its middle. The next copy ends what is left.
    await abortUpload(s3, upload).catch(() => {});
    throw error;
  }
}
