import type { ArchivedCompanion, CompanionRole, PendingCompanion } from "#domain/job/companion.ts";
import { VIDEO_ID } from "./jobs.ts";

const HOST = "https://d3323c6w59hl44.cloudfront.net/algorithm/video_translate/250922/default";

/** Addresses as in AKOOL's sample of a translation. */
export const COMPANION_URLS: Readonly<Record<CompanionRole, string>> = {
  original_srt: `${HOST}/aaaa1111.srt`,
  translated_srt: `${HOST}/bbbb2222.srt`,
  no_caption_video: `${HOST}/cccc3333.mp4`,
};

/** What AKOOL names them by. */
export const AUDIO_SPLITS = {
  original_srt_url: COMPANION_URLS.original_srt,
  translated_srt_url: COMPANION_URLS.translated_srt,
  no_caption_video_url: COMPANION_URLS.no_caption_video,
};

const KEYS: Readonly<Record<CompanionRole, string>> = {
  original_srt: `${VIDEO_ID}.original.srt`,
  translated_srt: `${VIDEO_ID}.translated.srt`,
  no_caption_video: `${VIDEO_ID}.no-caption.mp4`,
};

/** A companion that is in the bucket. */
export function archivedCompanion(role: CompanionRole): ArchivedCompanion {
  return {
    role,
    state: "archived",
    sourceUrl: COMPANION_URLS[role],
    bucket: "videos",
    key: KEYS[role],
    bytes: 120,
    contentType: "application/x-subrip",
    checksum: "crc32:BBBBBB==",
    etag: '"s"',
    archivedAt: "2026-01-05T12:00:04.000Z",
  };
}

/** A companion that is named, and not in the bucket yet. */
export function pendingCompanion(
  role: CompanionRole,
  changes: Partial<PendingCompanion> = {},
): PendingCompanion {
  return { role, state: "pending", sourceUrl: COMPANION_URLS[role], ...changes };
}

/** A file that is certainly cut, as it is kept for a companion. */
export const CUT_COMPANION = {
  bucket: "videos",
  key: `doubtful/${VIDEO_ID}.no-caption.mp4`,
  bytes: 1_000,
  contentType: "video/mp4",
  checksum: "crc32:CCCCCC==",
  etag: '"c"',
  doubts: ["it is not whole: its last box (mdat) lacks 234 of its 1200 bytes"],
};
