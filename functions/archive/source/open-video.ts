import { setTimeout } from "node:timers/promises";
import type { CopyRun } from "#archive/copy/copy-run.ts";
import { DownloadRefused, pauseAskedFor, SourceUnavailable } from "#archive/errors.ts";
import { type OpenSource, openSource } from "./open-source.ts";
import type { SourceOptions } from "./send-request.ts";

/** A file whose parts can be fetched apart, and be told from those of any other file. */
export interface RangedSource extends OpenSource {
  totalBytes: number;
  etag: string;
}

export type OpenVideo =
  /** The body holds the first part. */
  | { kind: "ranged"; source: RangedSource }
  /** The body holds all. */
  | { kind: "streamed"; source: OpenSource };

/** How often the whole file is asked for, where the source asks to wait, or its connections are few. */
const TRIES = 3;

/**
 * Opens the video by asking for its first part: one round trip that tells size, ETag and whether
 * parts can be fetched apart, and brings much of a small video. If the answer is of no use, or the
 * source refuses a part, the whole file is asked for in the plainest way there is.
 *
 * @throws as `openWhole`
 */
export async function openVideo(run: CopyRun): Promise<OpenVideo> {
  const opened = run.plain ? undefined : await openFirstPart(run);
  return opened ?? { kind: "streamed", source: await openWhole(run) };
}

/** @returns undefined if parts cannot be fetched apart */
async function openFirstPart(run: CopyRun): Promise<OpenVideo | undefined> {
  const firstBytes = run.sizing.partBytes;
  try {
    const range = { offset: 0, bytes: firstBytes };
    const source = await openSource(run.sourceUrl, sourceOptions(run), range);
    const opened = asOpenVideo(source, firstBytes);
    if (opened === undefined) source.body.destroy();
    return opened;
  } catch (error) {
    if (error instanceof DownloadRefused || run.deadline.aborted) throw error;
    return undefined;
  }
}

function asOpenVideo(source: OpenSource, firstBytes: number): OpenVideo | undefined {
  const { range, totalBytes, etag, codings } = source;
  if (range === "whole") return { kind: "streamed", source };
  if (range === "unknown" || totalBytes === undefined || range.offset !== 0) return undefined;
  // Some servers give the part's length for the file's; then this would look like all of it.
  if (totalBytes === firstBytes || codings.length > 0) return undefined;
  if (etag !== undefined && isStrong(etag) && range.bytes === Math.min(firstBytes, totalBytes)) {
    return { kind: "ranged", source: { ...source, totalBytes, etag } };
  }
  return range.bytes === totalBytes ? { kind: "streamed", source } : undefined;
}

/** Only a strong ETag stands for the same bytes (RFC 9110, 8.8.1). */
function isStrong(etag: string): boolean {
  return etag.startsWith('"');
}

/**
 * Asks for the whole file, without a range or a condition.
 *
 * @throws as `openSource`; SourceUnavailable if the answer is a part all the same
 */
export async function openWhole(run: CopyRun): Promise<OpenSource> {
  for (let tries = 1; ; tries++) {
    try {
      return asWhole(await openSource(run.sourceUrl, sourceOptions(run), undefined));
    } catch (error) {
      const asked = pauseAskedFor(error);
      // Connections of the failed copy by parts may still count at the source.
      const pause = asked ?? (run.plain ? run.retryDelayMs(tries) : undefined);
      if (pause === undefined || tries === TRIES || run.deadline.aborted) throw error;
      await setTimeout(pause, undefined, { signal: run.deadline });
    }
  }
}

/** Some servers answer everything with 206. */
function asWhole(source: OpenSource): OpenSource {
  const { range, totalBytes } = source;
  if (range === "whole") return source;
  if (range === "unknown") return { ...source, totalBytes: undefined, endIsMarked: false };
  if (range.offset === 0 && range.bytes === totalBytes) return source;
  if (range.offset === 0 && totalBytes === undefined) return { ...source, endIsMarked: false };
  source.body.destroy();
  throw new SourceUnavailable("the source answers a request for the whole file with a part");
}

export function sourceOptions(run: CopyRun, signal = run.deadline): SourceOptions {
  const { policy, cookies, idleTimeoutMs } = run;
  return { policy, cookies, signal, idleTimeoutMs };
}
