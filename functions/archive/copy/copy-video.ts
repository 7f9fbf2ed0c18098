import type { S3Client } from "@aws-sdk/client-s3";
import { SourceIncomplete } from "#archive/errors.ts";
import { CookieJar } from "#archive/source/cookie-jar.ts";
import type { DownloadPolicy } from "#archive/source/download-guard.ts";
import { DEFAULT_SIZING, type PartSizing } from "#archive/upload/part-plan.ts";
import { doubtfulPlace, type ObjectPlace } from "#archive/upload/places.ts";
import type { Meter } from "#domain/metrics.ts";
import { copyWithRestarts } from "./copy-attempts.ts";
import type { CopiedVideo, CopyClaim } from "./copy-run.ts";

const DEFAULT_IDLE_TIMEOUT_MS = 30_000;
const MEGABYTE = 1_000_000;

/** Copies one finished video into the bucket, whole or not at all. */
export interface VideoCopier {
  /**
   * A copy that fails leaves no object behind, except one that the store would not describe in a bucket
   * without versions. Parts that a later call can resume with stay; others are deleted as far as the
   * store can be reached.
   *
   * @param sourceUrl address of the video, checked by the download guard
   * @param place of the video as an MP4 file; another kind of file gets another extension
   * @param deadline ends the copy
   * @param claim default: another run may have copied the video before
   * @throws SourceIncomplete, with the cut file that was stored; the other errors of `errors.ts`; the
   *   SDK's
   */
  copy(
    sourceUrl: string,
    place: ObjectPlace,
    deadline: AbortSignal,
    claim?: CopyClaim,
  ): Promise<CopiedVideo>;
}

/** Of a copy that others may have begun before. */
export const ANY_RUN: CopyClaim = { first: false, toReplace: async () => {} };

export interface VideoCopierOptions {
  s3: S3Client;
  policy: DownloadPolicy;
  maxBytes: number;
  /** Milliseconds that the source may be silent; default 30 s. */
  idleTimeoutMs?: number;
  /** How videos are cut into parts; default `DEFAULT_SIZING`. */
  sizing?: PartSizing;
  /** Milliseconds before a part is requested again; default doubling up to 4 s, with full jitter. */
  retryDelayMs?: (tries: number) => number;
}

/** The options with their defaults. */
export function copierSettings(options: VideoCopierOptions) {
  return {
    idleTimeoutMs: DEFAULT_IDLE_TIMEOUT_MS,
    sizing: DEFAULT_SIZING,
    retryDelayMs: (tries: number) => Math.random() * Math.min(250 * 2 ** tries, 4_000),
    ...options,
  };
}

/** Copies by ranges, several parts at a time, or as one stream if the source has no ranges. */
export function createVideoCopier(options: VideoCopierOptions): VideoCopier {
  const settings = copierSettings(options);
  return {
    async copy(sourceUrl, place, deadline, claim = ANY_RUN) {
      const cookies = new CookieJar();
      const task = { ...settings, sourceUrl, deadline, cookies, storedCut: claim.storedCut };
      try {
        return await copyWithRestarts({ ...task, place, purpose: "archive" }, claim);
      } catch (error) {
        if (!(error instanceof SourceIncomplete) || error.stored !== "not yet") throw error;
        // Its parts went with the upload, since S3 cannot complete an upload under another key.
        const doubtful = { ...task, place: doubtfulPlace(place), purpose: "keep_cut" as const };
        const stored = await copyWithRestarts(doubtful, ANY_RUN);
        throw new SourceIncomplete(String(stored.content.cut), stored, { cause: error });
      }
    },
  };
}

/**
 * A copier that measures each copy.
 *
 * @param now epoch milliseconds
 */
export function meteredCopier(copier: VideoCopier, meter: Meter, now: () => number): VideoCopier {
  return {
    async copy(...request) {
      const startedAt = now();
      try {
        const copied = await copier.copy(...request);
        const seconds = (now() - startedAt) / 1000;
        meter.add("CopyTime", seconds);
        // A clock of milliseconds cannot tell how fast a shorter copy was.
        if (seconds > 0) meter.add("CopyRate", copied.video.bytes / MEGABYTE / seconds);
        return copied;
      } catch (error) {
        meter.add("CopyFailed");
        throw error;
      }
    },
  };
}
