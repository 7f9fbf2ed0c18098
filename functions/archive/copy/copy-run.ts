import type { InspectedContent } from "#archive/content/inspection.ts";
import { SourceChanged, SourceIncomplete } from "#archive/errors.ts";
import type { SourceAccess } from "#archive/source/open-video.ts";
import type { Replaceable } from "#archive/upload/objects.ts";
import type { PartSizing } from "#archive/upload/part-plan.ts";
import type { ObjectPlace, StoredObject, StoredVideo } from "#archive/upload/places.ts";
import type { UploadRun } from "#archive/upload/resume-upload.ts";

/** Everything that one copy works with. */
export interface CopyRun extends SourceAccess, UploadRun {
  maxBytes: number;
  sizing: PartSizing;
  /** Whether the file is being fetched in parts. */
  byParts: boolean;
  /** The object that was at a place when the copy began: the only one there that it may replace. */
  replaced: (place: ObjectPlace) => Promise<Replaceable | undefined>;
  /**
   * `archive` makes an object of a file unless it is certainly cut; `keep_cut` makes one of just such
   * a file, in the place for it.
   */
  purpose: "archive" | "keep_cut";
  /** The cut file that is stored already, and need not be stored again. */
  storedCut: KnownFile | undefined;
}

/** What a run knows of the others that copy the same video. */
export interface CopyClaim {
  /** Whether no other has begun before; the bucket then need not be searched. */
  first: boolean;
  /**
   * Called before an object of another run is replaced.
   *
   * @throws CopyOvertaken if that one is to stay
   */
  toReplace(): Promise<void>;
  /** The cut file that is stored already. */
  storedCut?: KnownFile | undefined;
}

/** What identifies a file. */
export interface KnownFile {
  bytes: number;
  /** As the store has it. */
  checksum: string;
}

/** A video that was copied. */
export interface CopiedVideo extends StoredVideo {
  /**
   * Whether something is left that the store would not remove: an open upload of this copy or an earlier
   * one, or the record of one.
   */
  leftUpload: boolean;
}

/** What a copy has put into the store. */
export interface SentVideo {
  bytes: number;
  content: InspectedContent;
  /** The store's answer; where it lacks the checksum, the store has to be asked. */
  stored: StoredObject | { versionId?: string };
}

/**
 * The last check before a file becomes an object: among the videos none that is certainly cut, among
 * the cut files none that is whole.
 *
 * @param file the whole file, if it is known yet: a cut file is not stored twice
 * @throws SourceIncomplete, SourceChanged
 */
export function assertWanted(run: CopyRun, content: InspectedContent, file?: KnownFile): void {
  const { cut } = content;
  if (run.purpose === "keep_cut" && cut === undefined) {
    throw new SourceChanged("the source has served a cut file, and then a whole one");
  }
  if (cut === undefined) return;
  if (file !== undefined && isStoredCut(run, file)) throw new SourceIncomplete(cut, "before");
  if (run.purpose === "archive") throw new SourceIncomplete(cut, "not yet");
}

/** Whether it is the cut file that is stored already. */
export function isStoredCut({ storedCut }: CopyRun, { bytes, checksum }: KnownFile): boolean {
  return storedCut?.bytes === bytes && storedCut.checksum === checksum;
}
