import type { InspectedContent } from "#archive/content/inspection.ts";
import { COMPANION_ENDINGS, type CompanionRole } from "#domain/job/companion.ts";

/** Where an object lies. */
export interface ObjectPlace {
  bucket: string;
  key: string;
  /** One version of it; without one, the current version. */
  versionId?: string | undefined;
}

/** What the store holds, as the store itself reports it. */
export interface StoredObject {
  bytes: number;
  contentType: string;
  /** `<algorithm>:<base64>`. */
  checksum: string;
  etag: string;
  /** Of the object in a versioned bucket. */
  versionId?: string;
}

/** A file in the bucket, and what it was found to be before it became an object. */
export interface StoredVideo {
  place: ObjectPlace;
  video: StoredObject;
  content: InspectedContent;
}

/** Where files lie that are certainly cut, so that no consumer takes them for videos. */
const DOUBTFUL = "doubtful/";

/**
 * The video's place follows from the job and from the kind of file, so that archiving it twice gives
 * the same object. Until its bytes have come it counts as an MP4 file.
 */
export function videoPlace(bucket: string, videoModelId: string): ObjectPlace {
  return { bucket, key: `${videoModelId}.mp4` };
}

/** The place of the same video as another kind of file. */
export function withExtension({ bucket, key }: ObjectPlace, extension: string): ObjectPlace {
  return { bucket, key: `${stemOf(key)}.${extension}` };
}

/** What all keys of a video begin with: its sidecar and its upload record lie beside it. */
export function stemOf(key: string): string {
  return key.replace(/\.[^./]+$/, "");
}

/** Where a cut file is stored until a whole one comes. */
export function doubtfulPlace({ bucket, key }: ObjectPlace): ObjectPlace {
  return { bucket, key: `${DOUBTFUL}${key}` };
}

/** A companion lies beside the video, whatever kind of file that is. */
export function companionPlace({ bucket, key }: ObjectPlace, role: CompanionRole): ObjectPlace {
  return { bucket, key: `${stemOf(key)}${COMPANION_ENDINGS[role]}` };
}

/** AKOOL's last answer lies beside the video, and beside a cut file. */
export function sidecarPlace(video: ObjectPlace): ObjectPlace {
  return withExtension(video, "json");
}
