import type { InspectedContent } from "#archive/content/inspection.ts";
import { COMPANION_ENDINGS, type CompanionRole } from "#domain/job/companion.ts";
import { DOUBTFUL_FOLDER } from "#domain/job/key-template.ts";
import type { StorageClass } from "#domain/settings/storage-classes.ts";

/** Where an object lies. */
export interface ObjectPlace {
  bucket: string;
  key: string;
  /** One version of it; without one, the current version. */
  versionId?: string | undefined;
  /** With what an object is created there; places that are made of this one have the same. */
  options?: ObjectOptions | undefined;
}

/** What the request that creates an object says of it, beside its bytes and their type. */
export interface ObjectOptions {
  /** Its tags, as the header `x-amz-tagging` takes them. */
  tagging?: string | undefined;
  /** Of videos, not of sidecars; see `createdWith`. */
  storageClass?: StorageClass | undefined;
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

/**
 * The video's place follows from the record and from the kind of file, so that archiving it twice gives
 * the same object. Until its bytes have come it counts as an MP4 file.
 *
 * @param keyStem see `keyStemOf`
 */
export function videoPlace(bucket: string, keyStem: string, options?: ObjectOptions): ObjectPlace {
  return { bucket, key: `${keyStem}.mp4`, options };
}

/** The place of the same video as another kind of file. */
export function withExtension(
  { bucket, key, options }: ObjectPlace,
  extension: string,
): ObjectPlace {
  return { bucket, key: `${stemOf(key)}.${extension}`, options };
}

/** What all keys of a video begin with: its sidecar and its upload record lie beside it. */
export function stemOf(key: string): string {
  return key.replace(/\.[^./]+$/, "");
}

/** Where a cut file is stored until a whole one comes. */
export function doubtfulPlace({ bucket, key, options }: ObjectPlace): ObjectPlace {
  return { bucket, key: `${DOUBTFUL_FOLDER}/${key}`, options };
}

/** A companion lies beside the video, whatever kind of file that is. */
export function companionPlace(
  { bucket, key, options }: ObjectPlace,
  role: CompanionRole,
): ObjectPlace {
  return { bucket, key: `${stemOf(key)}${COMPANION_ENDINGS[role]}`, options };
}

/** AKOOL's last answer lies beside the video, and beside a cut file. */
export function sidecarPlace(video: ObjectPlace): ObjectPlace {
  return withExtension(video, "json");
}
