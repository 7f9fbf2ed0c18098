import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ImportSourceUnreadable } from "#aws/import-files.ts";

const GZIP = [0x1f, 0x8b];
/** What no list can be read from, and what to do about it. */
const UNREADABLE: readonly { bytes: readonly number[]; problem: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], problem: "is a ZIP archive or a workbook: save it as CSV" },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], problem: "is a workbook: save it as CSV" },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], problem: "is compressed by zstd: use gzip" },
  { bytes: [0x42, 0x5a, 0x68], problem: "is compressed by bzip2: use gzip" },
  { bytes: [0xfd, 0x37, 0x7a, 0x58], problem: "is compressed by xz: use gzip" },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], problem: "is a 7z archive: use gzip" },
  { bytes: [0x25, 0x50, 0x44, 0x46], problem: "is a PDF: save it as text" },
  { bytes: [0xff, 0xfe, 0x00, 0x00], problem: "is in UTF-32: save it as UTF-8" },
  { bytes: [0x00, 0x00, 0xfe, 0xff], problem: "is in UTF-32: save it as UTF-8" },
];
const BOM = { utf8: [0xef, 0xbb, 0xbf], utf16le: [0xff, 0xfe], utf16be: [0xfe, 0xff] };
/** The longest of the above. */
const PROBE_BYTES = 4;

/**
 * A list as UTF-8 without byte order mark, whatever it came as: UTF-8, UTF-16 of either order,
 * either of them compressed by gzip. The bytes decide; names and types are not asked. Memory holds
 * no more than a chunk.
 *
 * @throws ImportSourceUnreadable for damaged gzip data, and for an archive, a workbook or the like
 */
export async function* utf8Source(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { probe, all } = await probed(bytes);
  const unreadable = UNREADABLE.find(({ bytes: mark }) => begins(probe, mark));
  if (unreadable !== undefined) {
    throw new ImportSourceUnreadable(`the source ${unreadable.problem}`);
  }
  if (begins(probe, GZIP)) {
    yield* utf8Source(unzipped(all));
    return;
  }
  const encoding = encodingOf(probe);
  if (encoding !== undefined) {
    yield* decoded(all, encoding);
    return;
  }
  yield* begins(probe, BOM.utf8) ? without(all, BOM.utf8.length) : all;
}

/** Which UTF-16 it is, if it is one: by its byte order mark, or by where the first zero is. */
function encodingOf(probe: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const [first, second] = probe;
  if (begins(probe, BOM.utf16le) || (first !== 0 && second === 0)) return "utf-16le";
  if (begins(probe, BOM.utf16be) || (first === 0 && second !== 0)) return "utf-16be";
  return undefined;
}

function begins(probe: Uint8Array, bytes: readonly number[]): boolean {
  return probe.length >= bytes.length && bytes.every((byte, index) => probe[index] === byte);
}

async function probed(bytes: AsyncIterable<Uint8Array>) {
  const iterator = bytes[Symbol.asyncIterator]();
  let probe: Uint8Array = new Uint8Array();
  while (probe.length < PROBE_BYTES) {
    const { value, done } = await iterator.next();
    if (done) break;
    probe = Buffer.concat([probe, value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield probe;
    for (;;) {
      const { value, done } = await iterator.next();
      if (done) return;
      yield value;
    }
  }
  return { probe, all: all() };
}

async function* without(bytes: AsyncIterable<Uint8Array>, count: number) {
  let left = count;
  for await (const chunk of bytes) {
    yield chunk.subarray(left);
    left = 0;
  }
}

async function* decoded(bytes: AsyncIterable<Uint8Array>, encoding: string) {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function* unzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  // An error on either side ends the loop below.
  pipeline(Readable.from(bytes), gunzip, () => {});
  try {
    yield* gunzip;
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new ImportSourceUnreadable(`the gzip data is damaged: ${error.message}`);
  }
}

function isDamage(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
