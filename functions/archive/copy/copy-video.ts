import { type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { DETECTED_BYTES } from "#archive/content/detect.ts";
import {
  isArchiveError,
  isSourceTrouble,
  SourceChanged,
  SourceIncomplete,
  SourceInterrupted,
  SourceUnavailable,
  UploadLost,
  VideoTooLarge,
} from "#archive/errors.ts";
import { CookieJar } from "#archive/source/cookie-jar.ts";
import { decodedBody } from "#archive/source/decoded-body.ts";
import type { DownloadPolicy } from "#archive/source/download-guard.ts";
import { openVideo } from "#archive/source/open-video.ts";
import { openUploads } from "#archive/upload/multipart-upload.ts";
import {
  doubtfulPlace,
  etagAt,
  type ObjectPlace,
  type Replaceable,
  verifyObject,
  withExtension,
} from "#archive/upload/objects.ts";
import { readUploadRecord } from "#archive/upload/upload-record.ts";
import { copyRanged } from "./copy-ranged.ts";
import { type CopyRun, type KnownFile, tidyUp } from "./copy-run.ts";
import { copyStreamed } from "./copy-streamed.ts";
import { detectFile } from "./inspect-file.ts";
import type { KeptVideo } from "./kept-video.ts";
import { DEFAULT_SIZING, type PartSizing } from "./part-plan.ts";

const DEFAULT_IDLE_TIMEOUT_MS = 30_000;

/**
 * How often a copy begins anew: when the source's file changes, when the upload is taken from it, and
 * once, asking for the whole, when the source would not give it in parts. A file that changes for the
 * second time is asked for whole as well: its parts may come from nodes that differ in their ETags.
 */
const MAX_STARTS = 3;

/** A video that was copied. */
export interface CopiedVideo extends KeptVideo {
  /** Whether an upload is left open, of this copy or an earlier one, that the store would not end. */
  leftUpload: boolean;
}

/** Copies one finished video into the bucket, whole or not at all. */
export interface VideoCopier {
  /**
   * @param sourceUrl address of the video, checked by the download guard
   * @param deadline ends the copy
   * @param place of the video as an MP4 file; another kind of file gets another extension
   * @param claim default: another run may have been there before
   * @throws SourceIncomplete, with what was kept; the other errors of `errors.ts`, or the SDK's. No object is left behind then, but one that
   *   the store would not describe, in a bucket without versions. What was sent is
   *   kept for the next call where that could go on with it, and taken back otherwise, as far as the
   *   store can still be reached
   */
  copy(
    sourceUrl: string,
    place: ObjectPlace,
    deadline: AbortSignal,
    claim?: CopyClaim,
  ): Promise<CopiedVideo>;
}

/** What a run knows of the others that copy the same video. */
export interface CopyClaim {
  /** Whether no other has begun before: then there is nothing to look for in the bucket. */
  first: boolean;
  /**
   * Called before an object of another run is replaced.
   *
   * @throws CopyOvertaken if that one is to stay
   */
  toReplace(): Promise<void>;
  /** The file that is kept already, although it is not whole. */
  kept?: KnownFile | undefined;
}

const ANY_RUN: CopyClaim = { first: false, toReplace: async () => {} };

export interface VideoCopierOptions {
  s3: S3Client;
  policy: DownloadPolicy;
  maxBytes: number;
  /** Milliseconds that the source may be silent; default 30 s. */
  idleTimeoutMs?: number;
  /** How videos are cut into parts; default `DEFAULT_SIZING`. */
  sizing?: PartSizing;
  /** Milliseconds before a part is asked for again; default doubling up to 4 s, with full jitter. */
  retryDelayMs?: (tries: number) => number;
}

/** Copies by ranges, several parts at a time, or where the source has none as one stream. */
export function createVideoCopier(options: VideoCopierOptions): VideoCopier {
  const settings = {
    idleTimeoutMs: DEFAULT_IDLE_TIMEOUT_MS,
    sizing: DEFAULT_SIZING,
    retryDelayMs: (tries: number) => Math.random() * Math.min(250 * 2 ** tries, 4_000),
    ...options,
  };
  return {
    async copy(sourceUrl, place, deadline, claim = ANY_RUN) {
      const cookies = new CookieJar();
      const task = { ...settings, sourceUrl, deadline, cookies, known: claim.kept };
      try {
        return await copyInStarts({ ...task, place, purpose: "archive" }, claim);
      } catch (error) {
        if (!(error instanceof SourceIncomplete) || error.kept !== "not yet") throw error;
        // Its parts are gone with the upload, to which S3 can give no other key.
        const doubtful = doubtfulPlace(place);
        const kept = await copyInStarts({ ...task, place: doubtful, purpose: "keep" }, ANY_RUN);
        throw new SourceIncomplete(String(kept.content.cut), kept);
      }
    },
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

type CopyTask = Omit<CopyRun, "plain" | "byParts" | "replaced" | "openUploads" | "record">;

async function copyInStarts(task: CopyTask, claim: CopyClaim): Promise<CopiedVideo> {
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

/** Once, whatever is begun anew: what appears meanwhile is another run's, and stays. */
function rememberedObjects(s3: S3Client, claim: CopyClaim): CopyRun["replaced"] {
  const found = new Map<string, Replaceable | undefined>();
  return async (place) => {
    if (!claim.first && !found.has(place.key)) {
      found.set(place.key, await findReplaceable(s3, place, claim));
    }
    return found.get(place.key);
  };
}

/** @returns how a copy that has failed begins anew; undefined if that is of no use */
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
  // Without an open upload a record would say nothing.
  const record = upload === undefined ? undefined : await readUploadRecord(s3, upload);
  return { openUploads: uploads, record };
}

async function copyOnce(run: CopyRun): Promise<CopiedVideo> {
  try {
    const copied = await copyOpened(run);
    return { ...copied, leftUpload: !(await tidyUp(run)) };
  } catch (error) {
    const named = nameOf(error, run.deadline);
    if (!canGoOn(named)) await tidyUp(run);
    throw named;
  }
}

async function copyOpened(run: CopyRun): Promise<KeptVideo> {
  const { maxBytes, idleTimeoutMs, deadline } = run;
  const opened = await openVideo(run);
  const { source } = opened;
  run.byParts = opened.kind === "ranged";
  try {
    const { totalBytes } = source;
    if (totalBytes !== undefined && totalBytes > maxBytes) {
      throw new VideoTooLarge(`the video has ${totalBytes} bytes; the cap is ${maxBytes}`);
    }
    const body = await decodedBody(source, { idleTimeoutMs, signal: deadline });
    // Nothing is sent before it is known what it is, so a page never reaches the store.
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

/** Whatever the deadline ended, the reason is the deadline. */
function nameOf(error: unknown, deadline: AbortSignal): unknown {
  return deadline.aborted && !isArchiveError(error)
    ? new SourceInterrupted("the download took too long")
    : error;
}

/**
 * Whether a later call can go on with the parts that were sent: after a source, a store or a network
 * that failed, but not after a verdict on the video, or a refusal of the store's.
 */
function canGoOn(error: unknown): boolean {
  if (error instanceof S3ServiceException) return error.$fault === "server";
  return (
    !isArchiveError(error) ||
    error instanceof SourceInterrupted ||
    error instanceof SourceUnavailable
  );
}
