import type { S3Client } from "@aws-sdk/client-s3";
import type { CookieJar } from "#archive/source/cookie-jar.ts";
import type { DownloadPolicy } from "#archive/source/download-guard.ts";
import { abortUpload, type UploadPlace } from "#archive/upload/multipart-upload.ts";
import type { ObjectPlace, Replaceable, StoredObject } from "#archive/upload/objects.ts";
import { removeUploadRecord, type UploadRecord } from "#archive/upload/upload-record.ts";
import type { InspectedContent } from "./inspect-file.ts";
import type { PartSizing } from "./part-plan.ts";

/** Everything that one copy works with. */
export interface CopyRun {
  s3: S3Client;
  policy: DownloadPolicy;
  maxBytes: number;
  /** Milliseconds that the source may be silent. */
  idleTimeoutMs: number;
  sizing: PartSizing;
  /** Milliseconds before a part is asked for again, by the number of tries that were made. */
  retryDelayMs: (tries: number) => number;
  sourceUrl: string;
  /** What the source's servers have set in this copy. */
  cookies: CookieJar;
  /** Whether the file is to be asked for whole, in the plainest way: by parts it was not to be had. */
  plain: boolean;
  /** Whether it is being fetched in parts. */
  byParts: boolean;
  place: ObjectPlace;
  deadline: AbortSignal;
  /** The object that was at a place when the copy began: the only one there that it may replace. */
  replaced: (place: ObjectPlace) => Promise<Replaceable | undefined>;
  /** This video's uploads by their ids: those that were open when the copy began, and its own. */
  openUploads: Map<string, UploadPlace>;
  /** What one of them is a copy of. */
  record: UploadRecord | undefined;
  /**
   * `archive` makes an object of a file unless it is certainly cut; `keep` makes one of just such a
   * file, in the place for it.
   */
  purpose: "archive" | "keep";
  /** The file that is kept already, of which no second copy is needed. */
  known: KnownFile | undefined;
}

/** By what a file is known again. */
export interface KnownFile {
  bytes: number;
  /** As the store has it. */
  checksum: string;
}

/** What a copy has put into the store. */
export interface SentVideo {
  bytes: number;
  content: InspectedContent;
  /** What the store has said of it; where it has not said all, it has to be asked. */
  stored: StoredObject | { versionId?: string };
}

/**
 * Ends what is open, of this run and of earlier ones, as far as the store does as it is told.
 *
 * @returns whether nothing is left open
 */
export async function tidyUp(run: CopyRun): Promise<boolean> {
  let isTidy = true;
  for (const upload of run.openUploads.values()) {
    await abortUpload(run.s3, upload).catch(() => {
      isTidy = false;
    });
  }
  if (run.record !== undefined) await removeUploadRecord(run.s3, run.record);
  return isTidy;
}
