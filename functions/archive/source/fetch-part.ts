import { setTimeout } from "node:timers/promises";
import type { CopyRun } from "#archive/copy/copy-run.ts";
import type { ByteRange } from "#archive/copy/part-plan.ts";
import {
  isSourceTrouble,
  pauseAskedFor,
  SourceChanged,
  SourceInterrupted,
  SourceUnavailable,
} from "#archive/errors.ts";
import { BodyReader } from "./body-reader.ts";
import { type OpenSource, openSource } from "./open-source.ts";
import { type RangedSource, sourceOptions } from "./open-video.ts";

/** How often one part is asked for. */
const TRIES = 5;

/**
 * Fetches one part of the file into the buffer, again and again with back-off when the source fails.
 *
 * @param opened the part's body, if it is already there; for the first try
 * @returns the buffer's beginning, filled with the part
 * @throws SourceChanged when the source has another file by now; else as `openSource`
 */
export async function fetchPart(
  run: CopyRun,
  file: RangedSource,
  range: ByteRange,
  buffer: Buffer,
  signal: AbortSignal,
  opened?: BodyReader,
): Promise<Buffer> {
  const target = buffer.subarray(0, range.bytes);
  for (let tries = 1; ; tries++) {
    try {
      const reader = (tries === 1 && opened) || (await openPart(run, file, range, signal));
      await fill(reader, target);
      return target;
    } catch (error) {
      if (tries === TRIES || !isSourceTrouble(error) || signal.aborted) throw error;
      const pause = Math.max(run.retryDelayMs(tries), pauseAskedFor(error) ?? 0);
      await setTimeout(pause, undefined, { signal });
    }
  }
}

/**
 * Which file the part is of is told by the answer's ETag and total. `If-Match` would say no more, and
 * there are servers that refuse or ignore it.
 */
async function openPart(
  run: CopyRun,
  file: RangedSource,
  range: ByteRange,
  signal: AbortSignal,
): Promise<BodyReader> {
  const part = await openSource(run.sourceUrl, sourceOptions(run, signal), range);
  try {
    assertPartOf(file, range, part);
  } catch (error) {
    part.body.destroy();
    throw error;
  }
  return new BodyReader(part.body, { idleTimeoutMs: run.idleTimeoutMs, signal });
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
  // Looking for the end also gives the connection back for the next part.
  if ((await reader.peek(1)).length > 0) {
    throw new SourceInterrupted(`got more than a part's ${target.length} bytes`);
  }
}
