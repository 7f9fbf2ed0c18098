import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ImportSourceUnreadable } from "#aws/import-files.ts";
import { readEntries } from "#domain/imports/entry-reader.ts";
import { utf8Source } from "#use-cases/imports/utf8-source.ts";

async function* cut(bytes: Uint8Array, size: number) {
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
}

async function textOf(bytes: Uint8Array, size = 3): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of utf8Source(cut(bytes, size))) parts.push(part);
  return Buffer.concat(parts).toString();
}

const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();

/** As Excel and the editors of Windows write it. */
const ENCODINGS: [string, (text: string) => Buffer][] = [
  ["UTF-8", (text) => Buffer.from(text)],
  ["UTF-8 with a mark", (text) => Buffer.from(`\ufeff${text}`)],
  ["UTF-16 LE with a mark", (text) => Buffer.from(`\ufeff${text}`, "utf16le")],
  ["UTF-16 BE with a mark", (text) => utf16be(`\ufeff${text}`)],
];

describe.each(ENCODINGS)("a list in %s", (_name, encode) => {
  it("becomes UTF-8 without a mark, compressed or not, however it is cut", async () => {
    // A list begins with something that can be seen.
    const list = fc.string({ unit: "grapheme" }).map((text) => `"${text}`);
    await fc.assert(
      fc.asyncProperty(list, fc.integer({ min: 1, max: 9 }), async (text, size) => {
        expect(await textOf(encode(text), size)).toBe(text);
        expect(await textOf(gzipSync(encode(text)), size)).toBe(text);
      }),
    );
  });
});

describe("a source", () => {
  it.each([
    ["little", Buffer.from("id\nä", "utf16le")],
    ["big", utf16be("id\nä")],
  ])("is UTF-16 without a mark when its zeros say so: %s-endian", async (_order, bytes) => {
    expect(await textOf(bytes)).toBe("id\nä");
  });

  it("may be empty, or shorter than any mark", async () => {
    expect(await textOf(Buffer.alloc(0))).toBe("");
    expect(await textOf(Buffer.from("a"))).toBe("a");
  });

  it("may be several gzip members, as they come when compressed files are joined", async () => {
    expect(await textOf(Buffer.concat([gzipSync("a\n"), gzipSync("b\n")]))).toBe("a\nb\n");
  });

  it.each([
    ["cut", gzipSync("a\n".repeat(9_999)).subarray(0, 40)],
    ["damaged", Buffer.concat([gzipSync("a\nb\n").subarray(0, 12), Buffer.alloc(9, 7)])],
  ])("is unreadable when its gzip data is %s", async (_what, bytes) => {
    const reading = textOf(bytes);

    await expect(reading).rejects.toThrow(ImportSourceUnreadable);
    await expect(reading).rejects.toThrow("the gzip data is damaged");
  });

  it("is unreadable when it is a workbook, and the reason says what to do", async () => {
    await expect(textOf(Buffer.from("PK\x03\x04rest"))).rejects.toThrow("save it as CSV");
  });

  it.each([
    ["an old workbook", "d0cf11e0a1b11ae1", "save it as CSV"],
    ["compressed by zstd", "28b52ffd00", "use gzip"],
    ["compressed by bzip2", "425a6839", "use gzip"],
    ["compressed by xz", "fd377a585a00", "use gzip"],
    ["a 7z archive", "377abcaf271c", "use gzip"],
    ["a PDF", "255044462d", "save it as text"],
    ["UTF-32", "fffe000041000000", "save it as UTF-8"],
    ["UTF-32 of the other order", "0000feff00000041", "save it as UTF-8"],
  ])(
    "is unreadable when it is %s, and the reason says what to do",
    async (_what, bytes, advice) => {
      await expect(textOf(Buffer.from(bytes, "hex"))).rejects.toThrow(advice);
    },
  );

  it("fails as itself when it fails", async () => {
    const failing = (async function* () {
      yield gzipSync("a").subarray(0, 4);
      throw new TypeError("S3 is gone");
    })();

    const reading = async () => {
      for await (const _part of utf8Source(failing));
    };
    await expect(reading()).rejects.toThrow(new TypeError("S3 is gone"));
  });
});

describe("a long list", () => {
  const CHUNK = 64 * 1024;
  const row = (n: number) => n.toString(16).padStart(24, "0");
  const forms: [string, (n: number) => string][] = [
    ["JSON Lines", (n) => `"${row(n)}"\n`],
    ["a JSON list in one line", (n) => `${n === 0 ? "[" : ","}"${row(n)}"`],
    ["a table", (n) => (n === 0 ? "id,team\n" : `${row(n)},"film"\r\n`)],
  ];

  it.each(forms)("%s is read a piece at a time", async (_form, piece) => {
    let given = 0;
    let taken = 0;
    let ahead = 0;
    async function* source() {
      let chunk = "";
      for (let n = 0; n < 300_000; n++) {
        chunk += piece(n);
        if (chunk.length < CHUNK) continue;
        given += 1;
        yield Buffer.from(chunk);
        chunk = "";
      }
      yield Buffer.from(chunk);
    }
    let entries = 0;
    for await (const _entry of readEntries(utf8Source(source()))) {
      entries += 1;
      taken = entries / 2_000;
      ahead = Math.max(ahead, given - taken);
    }

    expect(entries).toBeGreaterThanOrEqual(299_999);
    // Nothing is read that is not about to be handed on.
    expect(ahead).toBeLessThan(given / 4);
  });
});
