import {
  isSourceTrouble,
  pauseAskedFor,
  SourceChanged,
  SourceInterrupted,
  SourceUnavailable,
} from "#archive/errors.ts";
import { BodyReader } from "./body-reader.ts";
import { type OpenSource, openSource, repeatRequest } from "./open-source.ts";
import { type RangedSource, type SourceAccess, sourceOptions } from "./open-video.ts";
import type { ByteRange } from "./send-request.ts";

/** How often one part is asked for. */
const TRIES = 5;

/**
 * Fetches one part of the file into the buffer, and repeats it with back-off when the source fails.
 *
 * @param opened the part's body for the first try, if it is open already
 * @returns the beginning of the buffer, filled with the part
 * @throws SourceChanged when the source has another file by now; else as `openSource`
 */
export async function fetchPart(
  access: SourceAccess,
  file: RangedSource,
  range: ByteRange,
  buffer: Buffer,
  signal: AbortSignal,
  opened?: BodyReader,
): Promise<Buffer> {
  const target = buffer.subarray(0, range.bytes);
  const pauseMs = (error: unknown, tries: number) =>
    isSourceTrouble(error)
      ? Math.max(access.retryDelayMs(tries), pauseAskedFor(error) ?? 0)
      : undefined;
  await repeatRequest({ maxTries: TRIES, signal, pauseMs }, async (tries) => {
    const reader = (tries === 1 && opened) || (await openPart(access, file, range, signal));
    await fill(reader, target);
  });
  return target;
}

/**
 * ETag and total size identify the file that the part belongs to. `If-Match` would add nothing, and
 * some servers refuse or ignore it.
 */
async function openPart(
  access: SourceAccess,
  file: RangedSource,
  range: ByteRange,
  signal: AbortSignal,
): Promise<BodyReader> {
  const part = await openSource(access.sourceUrl, sourceOptions(access, signal), range);
  try {
    assertPartOf(file, range, part);
  } catch (error) {
    part.body.destroy();
    throw error;
  }
  return new BodyReader(part.body, { idleTimeoutMs: access.idleTimeoutMs, signal });
}

function assertPartOf(file: RangedSource, wanted: ByteRange, part: OpenSource): void {
  if (typeof part.range === "string") {
    throw new SourceUnavailable("the source does not answer with a part any more");
  }
  if (part.etag !== file.etag || part.totalBytes !== file.totalBytes) {
    throw new SourceChanged("the source's file became another one while it was copied");
  }
  if (part.range.offset !== wanted.offset || part.range.bytes !== wanted.bytes) {
    throw new SourceUnavailable("the source answered with another part than was asked for");
  }
}

async function fill(reader: BodyReader, target: Buffer): Promise<void> {
  const bytes = await reader.read(target);
  if (bytes < target.length) {
    throw new SourceInterrupted(`got ${bytes} of a part's ${target.length} bytes`);
  }
  // Reading up to the end also frees the connection for the next part.
  if ((await reader.peek(1)).length > 0) {
    throw new SourceInterrupted(`got more than a part's ${target.length} bytes`);
  }
}
