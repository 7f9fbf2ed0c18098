import type { CopyRun } from "./copy-run.ts";
import { SourceChanged } from "./errors.ts";
import { type OpenSource, openSource } from "./open-source.ts";

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

/**
 * Opens the video by asking for its first part: one round trip that tells size, ETag and whether
 * parts can be fetched apart, and brings all of a small video. If the answer is of no use, the whole
 * file is asked for.
 *
 * @throws as `openSource`
 */
export async function openVideo(run: CopyRun): Promise<OpenVideo> {
  const options = { policy: run.policy, signal: run.deadline, idleTimeoutMs: run.idleTimeoutMs };
  const firstBytes = run.sizing.partBytes;
  try {
    const source = await openSource(run.sourceUrl, options, { offset: 0, bytes: firstBytes });
    const opened = asOpenVideo(source, firstBytes);
    if (opened !== undefined) return opened;
    source.body.destroy();
  } catch (error) {
    // 416: an empty file has no first part.
    if (!(error instanceof SourceChanged)) throw error;
  }
  return { kind: "streamed", source: await openSource(run.sourceUrl, options) };
}

function asOpenVideo(source: OpenSource, firstBytes: number): OpenVideo | undefined {
  const { range, totalBytes, etag } = source;
  if (range === "whole") return { kind: "streamed", source };
  if (range === "unknown" || totalBytes === undefined || range.offset !== 0) return undefined;
  if (etag !== undefined && isStrong(etag) && range.bytes === Math.min(firstBytes, totalBytes)) {
    return { kind: "ranged", source: { ...source, totalBytes, etag } };
  }
  return range.bytes === totalBytes ? { kind: "streamed", source } : undefined;
}

/** Only a strong ETag stands for the same bytes (RFC 9110, 8.8.1), and If-Match takes no other. */
function isStrong(etag: string): boolean {
  return etag.startsWith('"');
}
