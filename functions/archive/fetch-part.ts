import { setTimeout } from "node:timers/promises";
import { BodyReader } from "./body-reader.ts";
import type { CopyRun } from "./copy-run.ts";
import { SourceChanged, SourceInterrupted, SourceUnavailable } from "./errors.ts";
import { type OpenSource, openSource } from "./open-source.ts";
import type { RangedSource } from "./open-video.ts";
import type { ByteRange } from "./part-plan.ts";

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
      if (tries === TRIES || !isPassing(error) || signal.aborted) throw error;
      await setTimeout(run.retryDelayMs(tries), undefined, { signal });
    }
  }
}

async function openPart(
  run: CopyRun,
  file: RangedSource,
  range: ByteRange,
  signal: AbortSignal,
): Promise<BodyReader> {
  const { policy, idleTimeoutMs } = run;
  const wanted = { ...range, etag: file.etag };
  const part = await openSource(run.sourceUrl, { policy, idleTimeoutMs, signal }, wanted);
  try {
    assertPartOf(file, range, part);
  } catch (error) {
    part.body.destroy();
    throw error;
  }
  return new BodyReader(part.body, { idleTimeoutMs, signal });
}

/** If-Match is not believed: a cache that ignores it must not mix two files. */
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

function isPassing(error: unknown): boolean {
  return error instanceof SourceInterrupted || error instanceof SourceUnavailable;
}
