import { type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { DETECTED_BYTES } from "#archive/content/detect.ts";
import {
  ArchiveError,
  isSourceTrouble,
  SourceChanged,
  SourceInterrupted,
  SourceUnavailable,
  UploadLost,
  VideoTooLarge,
} from "#archive/errors.ts";
import { decodedBody } from "#archive/source/content-coding.ts";
import { openVideo } from "#archive/source/open-video.ts";
import { openUploads } from "#archive/upload/multipart-upload.ts";
import { etagAt, type Replaceable, verifyObject } from "#archive/upload/objects.ts";
import { type ObjectPlace, type StoredVideo, withExtension } from "#archive/upload/places.ts";
import { abortUploads, readUploadRecord } from "#archive/upload/resume-upload.ts";
import { copyRanged } from "./copy-ranged.ts";
import type { CopiedVideo, CopyClaim, CopyRun } from "./copy-run.ts";
import { copyStreamed } from "./copy-streamed.ts";
import { detectFile } from "./inspect-file.ts";

/**
 * How often a copy starts: it restarts when the source's file changes, when another run ends its upload,
 * and once, for the whole file, when the source would not serve it in parts. After the second change the
 * whole file is requested too: its parts may come from nodes whose ETags differ.
 */
const MAX_STARTS = 3;

type CopyTask = Omit<CopyRun, "plain" | "byParts" | "replaced" | "openUploads" | "record">;

/** Copies the video, and starts again for as long as that is of use. */
export async function copyWithRestarts(task: CopyTask, claim: CopyClaim): Promise<CopiedVideo> {
  const replaced = rememberedObjects(task.s3, claim);
  await replaced(task.place);
  let how: Pick<CopyRun, "plain" | "byParts"> | undefined = { plain: false, byParts: false };
  for (let start = 1; ; start++) {
    const isFirst = claim.first && start === 1;
    const earlier = await findEarlierCopies(task.s3, task.place, isFirst);
    const run: CopyRun = { ...task, ...how, ...earlier, replaced };
    try {
      return await copyOnce(run);
    } catch (error) {
      how = start < MAX_STARTS ? nextStart(error, start, run) : undefined;
      if (how === undefined) throw error;
    }
  }
}

/** Each place is read once for all starts: an object that appears later is another run's, and stays. */
function rememberedObjects(s3: S3Client, claim: CopyClaim): CopyRun["replaced"] {
  const found = new Map<string, Replaceable | undefined>();
  return async (place) => {
    if (!claim.first && !found.has(place.key)) {
      found.set(place.key, await findReplaceable(s3, place, claim));
    }
    return found.get(place.key);
  };
}

async function findReplaceable(
  s3: S3Client,
  place: ObjectPlace,
  claim: CopyClaim,
): Promise<Replaceable | undefined> {
  const etag = await etagAt(s3, place);
  return etag === undefined ? undefined : { etag, claim: () => claim.toReplace() };
}

/**
 * In the end as one plain request: parts are an acceleration, never a condition. Decision 0055.
 *
 * @returns how a copy that has failed starts again; undefined if that is of no use
 */
function nextStart(error: unknown, start: number, run: CopyRun) {
  if (run.deadline.aborted) return undefined;
  const { plain, byParts } = run;
  if (error instanceof UploadLost) return { plain, byParts: false };
  if (!byParts) return undefined;
  if (error instanceof SourceChanged) return { plain: start > 1, byParts: false };
  return isSourceTrouble(error) ? { plain: true, byParts: false } : undefined;
}

async function findEarlierCopies(s3: S3Client, place: ObjectPlace, isFirst: boolean) {
  const uploads = isFirst ? new Map() : await openUploads(s3, place);
  const [upload] = uploads.values();
  // Without an open upload there is nothing to resume.
  const record = upload === undefined ? undefined : await readUploadRecord(s3, upload);
  return { openUploads: uploads, record };
}

async function copyOnce(run: CopyRun): Promise<CopiedVideo> {
  try {
    const copied = await copyOpened(run);
    return { ...copied, leftUpload: !(await abortUploads(run)) };
  } catch (error) {
    const named = asTimeout(error, run.deadline);
    if (!isResumable(named)) await abortUploads(run);
    throw named;
  }
}

async function copyOpened(run: CopyRun): Promise<StoredVideo> {
  const { maxBytes, idleTimeoutMs, deadline } = run;
  const opened = await openVideo(run, run.sizing.partBytes);
  const { source } = opened;
  run.byParts = opened.kind === "ranged";
  try {
    const { totalBytes } = source;
    if (totalBytes !== undefined && totalBytes > maxBytes) {
      throw new VideoTooLarge(`the video has ${totalBytes} bytes; the cap is ${maxBytes}`);
    }
    const body = await decodedBody(source, { idleTimeoutMs, signal: deadline });
    // The file is detected before anything is sent, so a server's page never reaches the store.
    const content = await detectFile(await body.reader.peekUntilBroken(DETECTED_BYTES));
    run.place = withExtension(run.place, content.extension);
    const { place } = run;
    await run.replaced(place);
    const sent =
      opened.kind === "ranged"
        ? await copyRanged(run, { source: opened.source, reader: body.reader, content })
        : await copyStreamed(run, body, content);
    const video = await verifyObject(run.s3, place, sent.bytes, sent.stored);
    return { place, video, content: sent.content };
  } finally {
    source.body.destroy();
  }
}

/** An error that the deadline caused is reported as the deadline. */
export function asTimeout(cause: unknown, deadline: AbortSignal): unknown {
  return deadline.aborted && !(cause instanceof ArchiveError)
    ? new SourceInterrupted("the download took too long", { cause })
    : cause;
}

/**
 * Whether a later call can resume with the parts that were sent: after a failure of the source, the
 * store or the network, but not after a verdict on the video, or a refusal by the store.
 */
function isResumable(error: unknown): boolean {
  if (error instanceof S3ServiceException) return error.$fault === "server";
  return (
    !(error instanceof ArchiveError) ||
    error instanceof SourceInterrupted ||
    error instanceof SourceUnavailable
  );
}
