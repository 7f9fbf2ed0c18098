import { BodyCutter, type CutPart } from "./body-cutter.ts";
import type { BodyReader } from "./body-reader.ts";
import { type CopyRun, type SentVideo, storedType } from "./copy-run.ts";
import {
  abortUpload,
  completeUpload,
  createUpload,
  type FinishedPart,
  sendPart,
  type UploadPlace,
} from "./multipart-upload.ts";
import { putVideo } from "./objects.ts";
import type { OpenSource } from "./open-source.ts";
import { connectionsFor, MAX_PARTS, partBytesFor } from "./part-plan.ts";
import { runWorkers } from "./run-workers.ts";

/**
 * Copies a video whose parts cannot be fetched apart: one body, cut into parts as it comes. While
 * parts are being sent, the next one is read.
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
  const { s3, place, maxBytes, sizing, deadline, replaced } = run;
  const { totalBytes } = source;
  const contentType = storedType(source.contentType);
  const bufferBytes = partBytesFor(totalBytes ?? 0, MAX_PARTS, sizing);
  const workers = connectionsFor(bufferBytes, sizing);
  const cutter = new BodyCutter(reader, { declaredBytes: totalBytes, maxBytes });
  const parts: FinishedPart[] = [];
  let upload: Promise<UploadPlace> | undefined;
  let versionId: string | undefined;

  const send = async (part: CutPart, signal: AbortSignal) => {
    if (part.whole) {
      versionId = await putVideo(s3, place, contentType, part.bytes, replaced);
    } else {
      upload ??= createUpload(s3, place, contentType);
      parts.push(await sendPart(s3, await upload, part, signal));
    }
  };

  try {
    await runWorkers({ workers, bufferBytes, deadline }, async (buffer, signal) => {
      signal.addEventListener("abort", () => source.body.destroy());
      for (;;) {
        const part = await cutter.next(buffer);
        if (part === undefined) return;
        await send(part, signal);
      }
    });
    if (upload !== undefined) versionId = await completeUpload(s3, await upload, parts, replaced);
    return { bytes: cutter.bytes, versionId };
  } catch (error) {
    // A stream cannot be taken up again from its middle. The next copy ends what is left.
    await upload?.then((open) => abortUpload(s3, open)).catch(() => {});
    throw error;
  }
}
