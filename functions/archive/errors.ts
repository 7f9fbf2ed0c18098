import type { KeptVideo } from "./copy/kept-video.ts";

/**
 * Why a video was not archived. The workflow's retriers match on these names.
 */

/** The address is not one that we fetch from: scheme, host, port, credentials or a private address. */
export class DownloadRefused extends Error {
  override readonly name = "DownloadRefused";
}

/** What was served is certainly no video: a page of a server in HTML, XML, JSON or plain text, or nothing. */
export class NotAVideo extends Error {
  override readonly name = "NotAVideo";
}

/**
 * The source served all bytes that it declared, and they are certainly not the whole file. What there
 * is, is kept in a place of its own; the source is asked again for as long as it has the file.
 */
export class SourceIncomplete extends Error {
  override readonly name = "SourceIncomplete";
  /** Where it is kept now; `before` when an earlier run did so, `not yet` before anything has. */
  readonly kept: KeptVideo | "before" | "not yet";

  constructor(message: string, kept: SourceIncomplete["kept"]) {
    super(message);
    this.kept = kept;
  }
}

/** The file is larger than the configured cap. */
export class VideoTooLarge extends Error {
  override readonly name = "VideoTooLarge";
}

/** An answer that may be another one later; the source may have said when. */
abstract class SourceRefusal extends Error {
  /** What `Retry-After` asks for. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, retryAfterSeconds?: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * 4xx at the source, also at a fresh URL: the address does not serve the file (yet), has expired, or
 * AKOOL has deleted the file.
 */
export class SourceGone extends SourceRefusal {
  override readonly name = "SourceGone";
}

/** The source did not answer, or with an error that may pass. */
export class SourceUnavailable extends SourceRefusal {
  override readonly name = "SourceUnavailable";
}

/** The body ended before the declared number of bytes, or stalled. */
export class SourceInterrupted extends Error {
  override readonly name = "SourceInterrupted";
}

/** The source's file became another one while it was copied, again and again. */
export class SourceChanged extends Error {
  override readonly name = "SourceChanged";
}

/** The multipart upload was ended by another run that copies the same video, again and again. */
export class UploadLost extends Error {
  override readonly name = "UploadLost";
}

/** Another run has stored its own copy of the video meanwhile: its object stays, and the record tells. */
export class CopyOvertaken extends Error {
  override readonly name = "CopyOvertaken";
}

/** What the store holds is not what was sent; it has been deleted again. */
export class ArchiveCorrupt extends Error {
  override readonly name = "ArchiveCorrupt";
}

/** A copy waits for no longer: it is paid for by the second. */
const LONGEST_PAUSE_MS = 60_000;

/** Milliseconds to wait before the next request, if the source has asked for that; a minute at most. */
export function pauseAskedFor(error: unknown): number | undefined {
  if (!(error instanceof SourceRefusal) || error.retryAfterSeconds === undefined) return undefined;
  return Math.min(error.retryAfterSeconds * 1_000, LONGEST_PAUSE_MS);
}

/** Whether another request, or a plainer one, may get what this one did not. */
export function isSourceTrouble(error: unknown): boolean {
  return error instanceof SourceRefusal || error instanceof SourceInterrupted;
}

/** Whether it is one of this file's, and therefore a verdict. */
export function isArchiveError(error: unknown): boolean {
  return ARCHIVE_ERRORS.some((kind) => error instanceof kind);
}

const ARCHIVE_ERRORS = [
  DownloadRefused,
  NotAVideo,
  SourceIncomplete,
  VideoTooLarge,
  SourceGone,
  SourceUnavailable,
  SourceInterrupted,
  SourceChanged,
  UploadLost,
  CopyOvertaken,
  ArchiveCorrupt,
];
