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

/** What the store holds is not what was sent; it has been deleted again. */
export class ArchiveCorrupt extends Error {
  override readonly name = "ArchiveCorrupt";
}

const OURS = [NotAVideo, VideoTooLarge, SourceInterrupted];

/** The error of a body that broke off, unless the content check has already named it. */
export function asInterruption(error: unknown, deadline: AbortSignal): Error {
  for (const known of OURS) {
    if (error instanceof known) return error;
  }
  if (deadline.aborted) return new SourceInterrupted("the download took too long");
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
  return new SourceInterrupted(`the body broke off: ${code}`);
}
