/**
 * Why a video was not archived. The workflow's retriers match on these names: the first four are
 * not worth repeating at once, the others are.
 */

/** The address is not one that we fetch from: scheme, host, port, credentials or a private address. */
export class DownloadRefused extends Error {
  override readonly name = "DownloadRefused";
}

/** What was served is not a video: an error page, or something without a video's leading box. */
export class NotAVideo extends Error {
  override readonly name = "NotAVideo";
}

/** The file is larger than the configured cap. */
export class VideoTooLarge extends Error {
  override readonly name = "VideoTooLarge";
}

/** 403, 404 or 410 at the source, also at a fresh URL: most likely AKOOL has deleted the file. */
export class SourceGone extends Error {
  override readonly name = "SourceGone";
}

/** The source did not answer, or with an error that may pass. */
export class SourceUnavailable extends Error {
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

/** Whether it is one of this file's, and therefore a verdict. */
export function isArchiveError(error: unknown): boolean {
  return ARCHIVE_ERRORS.some((kind) => error instanceof kind);
}

const ARCHIVE_ERRORS = [
  DownloadRefused,
  NotAVideo,
  VideoTooLarge,
  SourceGone,
  SourceUnavailable,
  SourceInterrupted,
  SourceChanged,
  UploadLost,
  CopyOvertaken,
  ArchiveCorrupt,
];
