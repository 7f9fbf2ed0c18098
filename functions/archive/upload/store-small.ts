import { crc32 } from "node:zlib";
import type { CopyRun, SentVideo } from "#archive/copy/copy-run.ts";
import { inspectFile } from "#archive/copy/inspect-file.ts";
import { assertWanted, isKnown } from "#archive/copy/judge-content.ts";
import type { KeptVideo } from "#archive/copy/kept-video.ts";
import { SourceChanged, SourceIncomplete } from "#archive/errors.ts";
import { assertSameAgain } from "#archive/source/second-download.ts";
import { storedChecksum } from "./crc32.ts";
import { doubtfulPlace, etagAt, putVideo, verifyObject, withExtension } from "./objects.ts";

/**
 * Stores a file that memory holds, with one request and nothing to resume.
 *
 * @param endIsMarked whether more than the end of the connection tells where the file ends
 * @throws NotAVideo, CopyOvertaken; SourceIncomplete, with the file kept in the place for such
 */
export async function storeSmall(
  run: CopyRun,
  bytes: Buffer,
  endIsMarked = true,
): Promise<SentVideo> {
  const content = await inspectFile(bytes);
  if (withExtension(run.place, content.extension).key !== run.place.key) {
    // Who looked at the first answer has not seen that to a repeated request.
    throw new SourceChanged(`the source now serves ${content.container}`);
  }
  if (content.cut !== undefined && run.purpose === "archive") {
    throw new SourceIncomplete(content.cut, await keepSmall(run, content, bytes));
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

/** It is in memory now, and the source may never have as much of it again. */
async function keepSmall(
  run: CopyRun,
  content: KeptVideo["content"],
  bytes: Buffer,
): Promise<KeptVideo | "before"> {
  const { s3 } = run;
  const file = { bytes: bytes.length, checksum: storedChecksum(crc32(bytes)) };
  if (isKnown(run, file)) return "before";
  const place = doubtfulPlace(run.place);
  const etag = await etagAt(s3, place);
  const replaced = etag === undefined ? undefined : { etag, claim: async () => {} };
  const stored = await putVideo(s3, place, content.contentType, bytes, replaced);
  const video = await verifyObject(s3, place, bytes.length, stored);
  return { place, video, content };
}
