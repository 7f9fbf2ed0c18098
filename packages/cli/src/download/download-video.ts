import { open, rename, rm, stat } from "node:fs/promises";
import type { Job } from "@akool-archiver/client";
import { checksumOf } from "./checksum.ts";

/** What the record says of a file. */
type RecordedFile = Pick<NonNullable<Job["video"]>, "bytes" | "checksum">;

export interface DownloadOptions {
  readonly video: RecordedFile;
  /** Where the finished file lies. */
  readonly file: string;
  /** A fresh link to the video. */
  readonly link: () => Promise<string>;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/** The file that came is not the one of the record, twice. */
class DownloadCorrupt extends Error {
  override readonly name = "DownloadCorrupt";
}

const TRIES = 6;
const SILENCE_MS = 60_000;

/**
 * Fetches a video into `<file>.part`, from where an earlier try has stopped, and gives it its name
 * once size and checksum are those of the record. A file of that name is only ever replaced by a
 * whole one.
 *
 * @returns whether anything had to be fetched
 * @throws DownloadCorrupt; the last error when the connection keeps breaking; the signal's reason
 */
export async function downloadVideo(options: DownloadOptions): Promise<boolean> {
  const { video, file, signal } = options;
  if ((await sizeOf(file)) === video.bytes && (await checksumOf(file)) === video.checksum)
    return false;
  const part = `${file}.part`;
  let corrupt = 0;
  for (let tried = 1; ; tried += 1) {
    try {
      await fetchRest(options, part);
    } catch (error) {
      signal.throwIfAborted();
      if (tried === TRIES || isStorageFault(error)) throw error;
      continue;
    }
    if ((await sizeOf(part)) === video.bytes && (await checksumOf(part)) === video.checksum) break;
    // Perhaps the part was of another version of the video: once more, from the beginning.
    await rm(part, { force: true });
    corrupt += 1;
    if (corrupt === 2) throw new DownloadCorrupt("what came is not the video of the record, twice");
  }
  await rename(part, file);
  return true;
}

async function fetchRest({ video, link, signal, onProgress }: DownloadOptions, part: string) {
  const have = (await sizeOf(part)) ?? 0;
  if (have >= video.bytes) return;
  const silence = new AbortController();
  const response = await fetch(await link(), {
    signal: AbortSignal.any([signal, silence.signal]),
    ...(have > 0 && { headers: { range: `bytes=${have}-` } }),
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`the bucket answers with HTTP ${response.status}`);
  }
  const resumed = response.status === 206;
  await using output = await open(part, resumed ? "a" : "w");
  let bytes = resumed ? have : 0;
  const watchdog = () =>
    setTimeout(() => silence.abort(new Error("nothing came for a minute")), SILENCE_MS);
  let timer = watchdog();
  try {
    for await (const chunk of response.body) {
      clearTimeout(timer);
      await output.write(chunk);
      bytes += chunk.byteLength;
      onProgress(bytes);
      timer = watchdog();
    }
  } finally {
    clearTimeout(timer);
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch {
    return undefined;
  }
}

function isStorageFault(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return ["ENOSPC", "EACCES", "EROFS", "EDQUOT", "EISDIR", "ENOTDIR", "ENOENT", "EPERM"].includes(
    code,
  );
}
