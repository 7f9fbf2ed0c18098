import {
  ARCHIVE_ERRORS,
  type ArchiveErrorName,
  type ArchiveErrorRule,
} from "#domain/job/archive-errors.ts";
import type { StoredVideo } from "./upload/places.ts";

/** Why a video was not archived. The workflow's retriers match on the names. */
export abstract class ArchiveError extends Error {
  abstract override readonly name: ArchiveErrorName;

  /** Who has to act, and how the workflow repeats the attempt. */
  get rule(): ArchiveErrorRule {
    return ARCHIVE_ERRORS[this.name];
  }
}

/** The address is not one that we fetch from: scheme, host, port, credentials or a private address. */
export class DownloadRefused extends ArchiveError {
  override readonly name = "DownloadRefused";
}

/** The source served nothing, or a page in HTML, XML, JSON or plain text. */
export class NotAVideo extends ArchiveError {
  override readonly name = "NotAVideo";
}

/** The source served nothing, a page, or another file, where subtitles were asked for. */
export class NotSubtitles extends ArchiveError {
  override readonly name = "NotSubtitles";
}

/**
 * The source served all bytes that it declared, and they are certainly not the whole file. The cut file
 * is stored apart; the source is asked again for as long as it has the file.
 */
export class SourceIncomplete extends ArchiveError {
  override readonly name = "SourceIncomplete";
  /** The cut file; `before` when an earlier run stored it, `not yet` while nothing has. */
  readonly stored: StoredVideo | "before" | "not yet";

  constructor(message: string, stored: SourceIncomplete["stored"], options?: ErrorOptions) {
    super(message, options);
    this.stored = stored;
  }
}

/** The file is larger than the configured cap. */
export class VideoTooLarge extends ArchiveError {
  override readonly name = "VideoTooLarge";
}

interface RefusalOptions extends ErrorOptions {
  /** What `Retry-After` asks for. */
  retryAfterSeconds?: number | undefined;
}

/** An answer that may be another one later. */
abstract class SourceRefusal extends ArchiveError {
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options: RefusalOptions = {}) {
    super(message, options);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The source answered 4xx: the address does not serve the file yet, has expired, or the file is gone. */
export class SourceGone extends SourceRefusal {
  override readonly name = "SourceGone";
}

/** The source did not answer, or with an error that may pass. */
export class SourceUnavailable extends SourceRefusal {
  override readonly name = "SourceUnavailable";
}

/** The body ended before the declared number of bytes, or stalled. */
export class SourceInterrupted extends ArchiveError {
  override readonly name = "SourceInterrupted";
}

/** The source's file became another one while it was copied, again and again. */
export class SourceChanged extends ArchiveError {
  override readonly name = "SourceChanged";
}

/** Another run that copies the same video ended the multipart upload, again and again. */
export class UploadLost extends ArchiveError {
  override readonly name = "UploadLost";
}

/** Another run has stored its own copy of the video meanwhile; its object and record stay. */
export class CopyOvertaken extends ArchiveError {
  override readonly name = "CopyOvertaken";
}

/** The store does not hold what was sent; the object has been deleted again. */
export class ArchiveCorrupt extends ArchiveError {
  override readonly name = "ArchiveCorrupt";
}

/** A copy waits no longer than this: its function is paid for by the second. */
const LONGEST_PAUSE_MS = 60_000;

/** Milliseconds to wait before the next request, if the source asked for that; a minute at most. */
export function pauseAskedFor(error: unknown): number | undefined {
  if (!(error instanceof SourceRefusal) || error.retryAfterSeconds === undefined) return undefined;
  return Math.min(error.retryAfterSeconds * 1_000, LONGEST_PAUSE_MS);
}

/** Whether another request, or a plainer one, may get what this one did not. */
export function isSourceTrouble(error: unknown): boolean {
  return error instanceof SourceRefusal || error instanceof SourceInterrupted;
}
