import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ImportLine } from "#domain/imports/import.ts";
import { MAX_LINE_BYTES, readLines } from "#domain/imports/line-reader.ts";

async function* pieces(parts: readonly (string | Uint8Array)[]) {
  for (const part of parts) yield Buffer.from(part);
}

async function linesOf(...parts: (string | Uint8Array)[]): Promise<ImportLine[]> {
  const lines: ImportLine[] = [];
  for await (const line of readLines(pieces(parts))) lines.push(line);
  return lines;
}

describe("reading lines", () => {
  it.each([
    ["with LF", "a\nb\n"],
    ["with CRLF", "a\r\nb\r\n"],
    ["with CR", "a\rb\r"],
    ["without an end after the last", "a\nb"],
    ["with a byte order mark", "\uFEFFa\nb"],
    ["with white space around them", " a\t\n b \n"],
  ])("numbers lines %s", async (_what, text) => {
    expect(await linesOf(text)).toEqual([
      { line: 1, text: "a" },
      { line: 2, text: "b" },
    ]);
  });

  it("counts blank lines and leaves them out", async () => {
    expect(await linesOf("\n\r\na\n \nb\n\n")).toEqual([
      { line: 3, text: "a" },
      { line: 5, text: "b" },
    ]);
  });

  it("reads nothing from an empty object", async () => {
    expect(await linesOf()).toEqual([]);
  });

  it("takes a line of the greatest length, and tells of a longer one", async () => {
    const longest = "x".repeat(MAX_LINE_BYTES);

    expect(await linesOf(`${longest}\n${longest}y\nz`)).toEqual([
      { line: 1, text: longest },
      { line: 2, problem: `the line is longer than ${MAX_LINE_BYTES} bytes` },
      { line: 3, text: "z" },
    ]);
  });

  it("tells of a line that is not UTF-8, and reads the next", async () => {
    expect(await linesOf(Buffer.from([0xff, 0x0a]), "b")).toEqual([
      { line: 1, problem: "the line is not UTF-8" },
      { line: 2, text: "b" },
    ]);
  });

  it("reads the same however the bytes are cut", async () => {
    const text = fc.array(fc.constantFrom("a", "ä", "😀", "\n", "\r\n", "\r", " ", "\uFEFF"));
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
        async (parts, cuts) => {
          const bytes = Buffer.from(parts.join(""));
          const cut: Buffer[] = [];
          for (let start = 0; start < bytes.length; ) {
            const end = start + (cuts.next().value ?? 1);
            cut.push(bytes.subarray(start, end));
            start = end;
          }

          expect(await linesOf(...cut)).toEqual(await linesOf(bytes));
        },
      ),
    );
  });
});
