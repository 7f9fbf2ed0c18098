import { crc32 } from "node:zlib";
import type { InspectedContent } from "#archive/content/inspection.ts";
import { SourceChanged, SourceIncomplete } from "#archive/errors.ts";
import { assertSameAgain } from "#archive/source/open-video.ts";
import { storedChecksum } from "#archive/upload/crc32.ts";
import { etagAt, putVideo, verifyObject } from "#archive/upload/objects.ts";
import { doubtfulPlace, type StoredVideo, withExtension } from "#archive/upload/places.ts";
import { assertWanted, type CopyRun, isStoredCut, type SentVideo } from "./copy-run.ts";
import { inspectFile } from "./inspect-file.ts";

/**
 * Stores a file that is whole in memory, with one request and nothing to resume.
 *
 * @param endIsMarked whether anything but the end of the connection marks the end of the file
 * @throws NotAVideo, CopyOvertaken; SourceIncomplete, with the cut file stored in its own place
 */
export async function storeSmall(
  run: CopyRun,
  bytes: Buffer,
  endIsMarked = true,
): Promise<SentVideo> {
  const content = await inspectFile(bytes);
  if (withExtension(run.place, content.extension).key !== run.place.key) {
    // The first bytes that were detected may be of another answer than these.
    throw new SourceChanged(`the source now serves ${content.container}`);
  }
  if (content.cut !== undefined && run.purpose === "archive") {
    throw new SourceIncomplete(content.cut, await storeCut(run, content, bytes));
  }
  assertWanted(run, content);
  if (!endIsMarked && !content.isWhole) {
    await assertSameAgain(run, { bytes: bytes.length, crc32: crc32(bytes) });
  }
  const { s3, place } = run;
  const replaced = await run.replaced(place);
  const stored = await putVideo(s3, place, content.contentType, bytes, replaced);
  return { bytes: bytes.length, content, stored };
}

/** Stored at once, because the source may never serve as much of it again. */
async function storeCut(
  run: CopyRun,
  content: InspectedContent,
  bytes: Buffer,
): Promise<StoredVideo | "before"> {
  const { s3 } = run;
  const file = { bytes: bytes.length, checksum: storedChecksum(crc32(bytes)) };
  if (isStoredCut(run, file)) return "before";
  const place = doubtfulPlace(run.place);
  const etag = await etagAt(s3, place);
  const replaced = etag === undefined ? undefined : { etag, claim: async () => {} };
  const stored = await putVideo(s3, place, content.contentType, bytes, replaced);
  const video = await verifyObject(s3, place, bytes.length, stored);
  return { place, video, content };
}
