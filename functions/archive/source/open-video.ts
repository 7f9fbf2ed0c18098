import { crc32 } from "node:zlib";
import {
  DownloadRefused,
  pauseAskedFor,
  SourceInterrupted,
  SourceUnavailable,
} from "#archive/errors.ts";
import { decodedBody } from "./content-coding.ts";
import { type OpenSource, openSource, repeatRequest } from "./open-source.ts";
import type { SourceOptions } from "./send-request.ts";

/** How a copy reaches its source. */
export interface SourceAccess extends Omit<SourceOptions, "signal"> {
  sourceUrl: string;
  deadline: AbortSignal;
  /** Milliseconds before the source is asked again, by the number of tries made so far. */
  retryDelayMs: (tries: number) => number;
  /** Whether to ask for the whole file in the plainest way, because fetching parts failed before. */
  plain: boolean;
}

/** A file whose parts can be fetched separately, and be recognized as parts of this very file. */
export interface RangedSource extends OpenSource {
  totalBytes: number;
  etag: string;
}

export type OpenVideo =
  /** The body holds the first part. */
  | { kind: "ranged"; source: RangedSource }
  /** The body holds the whole file. */
  | { kind: "streamed"; source: OpenSource };

/** How often the whole file is asked for when the source asks to wait, or its connections are few. */
const TRIES = 3;

/**
 * Opens the video by asking for its first part: one round trip that brings size, ETag, much of a small
 * video, and whether parts can be fetched separately. If the answer is of no use, or the source refuses
 * a part, the whole file is asked for in the plainest way.
 *
 * @param firstBytes size of the first part
 * @throws as `openWhole`
 */
export async function openVideo(access: SourceAccess, firstBytes: number): Promise<OpenVideo> {
  const opened = access.plain ? undefined : await openFirstPart(access, firstBytes);
  return opened ?? { kind: "streamed", source: await openWhole(access) };
}

/** @returns undefined if parts cannot be fetched separately */
async function openFirstPart(
  access: SourceAccess,
  firstBytes: number,
): Promise<OpenVideo | undefined> {
  try {
    const range = { offset: 0, bytes: firstBytes };
    const source = await openSource(access.sourceUrl, sourceOptions(access), range);
    const opened = asOpenVideo(source, firstBytes);
    if (opened === undefined) source.body.destroy();
    return opened;
  } catch (error) {
    if (error instanceof DownloadRefused || access.deadline.aborted) throw error;
    return undefined;
  }
}

function asOpenVideo(source: OpenSource, firstBytes: number): OpenVideo | undefined {
  const { range, totalBytes, etag, codings } = source;
  if (range === "whole") return { kind: "streamed", source };
  if (range === "unknown" || totalBytes === undefined || range.offset !== 0) return undefined;
  // Some servers give the part's length for the file's; the part would then pass for the whole.
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
 * @throws as `openSource`; SourceUnavailable if the answer is only a part
 */
async function openWhole(access: SourceAccess): Promise<OpenSource> {
  const { plain, retryDelayMs, deadline } = access;
  // The source may still count the connections of the copy by parts that failed.
  const pauseMs = (error: unknown, tries: number) =>
    pauseAskedFor(error) ?? (plain ? retryDelayMs(tries) : undefined);
  return repeatRequest({ maxTries: TRIES, signal: deadline, pauseMs }, async () =>
    asWhole(await openSource(access.sourceUrl, sourceOptions(access))),
  );
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

export function sourceOptions(access: SourceAccess, signal = access.deadline): SourceOptions {
  const { policy, cookies, idleTimeoutMs } = access;
  return { policy, cookies, signal, idleTimeoutMs };
}

const BUFFER_BYTES = 1024 * 1024;

/**
 * Downloads the file a second time and stores nothing: where only the end of the connection marks the
 * end of the file, a body that was cut off shows as two downloads that differ.
 *
 * @param first the earlier download
 * @throws SourceInterrupted when they differ; else as `openWhole`
 */
export async function assertSameAgain(
  access: SourceAccess,
  first: { bytes: number; crc32: number },
): Promise<void> {
  const { deadline: signal, idleTimeoutMs } = access;
  const opened = await openWhole(access);
  try {
    const { reader } = await decodedBody(opened, { signal, idleTimeoutMs });
    const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    const second = { bytes: 0, crc32: 0 };
    for (let length = -1; length !== 0; second.bytes += length) {
      length = await reader.read(buffer);
      second.crc32 = crc32(buffer.subarray(0, length), second.crc32);
    }
    if (second.bytes !== first.bytes || second.crc32 !== first.crc32) {
      throw new SourceInterrupted(
        `the source marks no end, and two downloads differ: ${first.bytes} and ${second.bytes} bytes`,
      );
    }
  } finally {
    opened.body.destroy();
  }
}
