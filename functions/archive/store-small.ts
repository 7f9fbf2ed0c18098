import { type CopyRun, type SentVideo, storedType } from "./copy-run.ts";
import { HEAD_BYTES, inspectFile } from "./inspect-file.ts";
import { putVideo } from "./objects.ts";

/**
 * Stores a file that memory holds, with one request and nothing to resume.
 *
 * @throws NotAVideo, CopyOvertaken
 */
export async function storeSmall(
  run: CopyRun,
  contentType: string,
  bytes: Buffer,
): Promise<SentVideo> {
  await inspectFile({ totalBytes: bytes.length, head: bytes.subarray(0, HEAD_BYTES) });
  const { s3, place, replaced } = run;
  const stored = await putVideo(s3, place, storedType(contentType), bytes, replaced);
  return { bytes: bytes.length, stored };
}
