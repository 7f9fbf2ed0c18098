import { SourceChanged, SourceIncomplete } from "#archive/errors.ts";
import type { CopyRun, KnownFile } from "./copy-run.ts";
import type { InspectedContent } from "./inspect-file.ts";

/**
 * The last word before a file becomes an object: in the videos' place none that is certainly cut, in
 * the place of the others none that is whole.
 *
 * @param file the file as a whole, if it is known yet: what is kept already is not kept twice
 * @throws SourceIncomplete, SourceChanged
 */
export function assertWanted(run: CopyRun, content: InspectedContent, file?: KnownFile): void {
  const { cut } = content;
  if (run.purpose === "keep" && cut === undefined) {
    throw new SourceChanged("the source has served a cut file, and then a whole one");
  }
  if (cut === undefined) return;
  if (file !== undefined && isKnown(run, file)) throw new SourceIncomplete(cut, "before");
  if (run.purpose === "archive") throw new SourceIncomplete(cut, "not yet");
}

/** Whether it is the file that is kept already. */
export function isKnown({ known }: CopyRun, { bytes, checksum }: KnownFile): boolean {
  return known?.bytes === bytes && known.checksum === checksum;
}
