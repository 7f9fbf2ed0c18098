import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEntries } from "#domain/imports/entry-reader.ts";
import { type ImportLine, readImportLine } from "#domain/imports/import.ts";
import { MAX_LINE_BYTES } from "#domain/imports/line-reader.ts";

const A = "689174694b4dbdd4ab3d28c9";
const B = "689174694b4dbdd4ab3d28d0";
const C = "689174694b4dbdd4ab3d28e1";

async function entriesOf(...parts: (string | Uint8Array)[]): Promise<ImportLine[]> {
  const entries: ImportLine[] = [];
  const bytes = (async function* () {
    for (const part of parts) yield Buffer.from(part);
  })();
  for await (const entry of readEntries(bytes)) entries.push(entry);
  return entries;
}

/** What the list asks for, by line. */
async function jobsOf(text: string) {
  return (await entriesOf(text)).map((entry) => ({ line: entry.line, ...readImportLine(entry) }));
}

const job = (line: number, videoModelId: string, fields = {}) => ({
  line,
  request: { videoModelId, ...fields },
});
const malformed = (line: number, words: string) => ({
  line,
  problem: expect.stringContaining(words),
});

const NEWLINES = { LF: "\n", CRLF: "\r\n", CR: "\r" };

describe.each(Object.entries(NEWLINES))("a list whose lines end with %s", (_name, newline) => {
  const text = (...lines: string[]) => lines.join(newline);

  it("may be JSON Lines", async () => {
    expect(
      await jobsOf(text(`"${A}"`, "", `{"videoModelId":"${B}","tags":{"a":1}}`, "{oops", `"${C}"`)),
    ).toEqual([job(1, A), job(3, B, { tags: { a: "1" } }), malformed(4, "is not JSON"), job(5, C)]);
  });

  it("may be bare ids", async () => {
    expect(await jobsOf(text(A, ` ${B}\t`, "", "no id", `${C},`))).toEqual([
      job(1, A),
      job(2, B),
      malformed(4, "is not JSON"),
      job(5, C),
    ]);
  });

  it("may end as old programs end a file, and have marks within", async () => {
    expect(await jobsOf(text(A, `\u200B${B}`, "\uFEFF", C, "\0\0\x1a"))).toEqual([
      job(1, A),
      job(2, B),
      job(4, C),
    ]);
  });

  it("may be a JSON list, over as many lines as it likes", async () => {
    expect(
      await jobsOf(
        text(
          "[",
          `  "${A}", "${B}",`,
          "  {",
          `    "videoModelId": "${C}",`,
          '    "tags": null',
          "  }",
          "]",
          "",
        ),
      ),
    ).toEqual([job(2, A), job(2, B), job(3, C)]);
  });

  it("may be JSON values over several lines each", async () => {
    const object = (id: string) => ["{", `"videoModelId": "${id}"`, "}"];

    expect(await jobsOf(text(...object(A), ...object(B)))).toEqual([job(1, A), job(4, B)]);
  });

  it("may be a table, with quoted cells over several lines", async () => {
    expect(
      await jobsOf(
        text("videoModelId,team,note", `${A},film,"a ""b"", c`, `d"`, "", `${B},,`, `${C},x,y`),
      ),
    ).toEqual([
      job(2, A, { tags: { team: "film", note: 'a "b", c\nd' } }),
      job(5, B),
      job(6, C, { tags: { team: "x", note: "y" } }),
    ]);
  });
});

describe("a table", () => {
  it.each([",", ";", "\t", "|"])("may be parted by %j", async (separator) => {
    const row = (...cells: string[]) => cells.join(separator);
    const text = [row("team", "id", "deadlineHours"), row("", A, "6"), row("a b", B, "")].join(
      "\n",
    );

    expect(await jobsOf(text)).toEqual([
      job(2, A, { deadlineHours: 6 }),
      job(3, B, { tags: { team: "a b" } }),
    ]);
  });

  it.each(["videoModelId", "video_model_id", "VIDEO MODEL ID", "_id", "ID", '"videoModelId"'])(
    "may call the column of ids %s",
    async (name) => {
      expect(await jobsOf(`${name}\n${A}\n"${B}"\n`)).toEqual([job(2, A), job(3, B)]);
    },
  );

  it("may guard its ids from becoming numbers", async () => {
    expect(await jobsOf(`id,name\n="${A}",x\n'${B},y\n`)).toEqual([
      job(2, A, { tags: { name: "x" } }),
      job(3, B, { tags: { name: "y" } }),
    ]);
  });

  it("takes the column that says most, and makes tags of all others", async () => {
    expect(await jobsOf(`id,videoModelId,tags.team,tag:user\n7,${A},film,x`)).toEqual([
      job(2, A, { tags: { id: "7", team: "film", user: "x" } }),
    ]);
  });

  it("may have Excel's line in front, and blanks where there is nothing", async () => {
    expect(await jobsOf(`sep=;\n\nid;a;\n${A};;\n${B}\n;;\n"${C}" ; "x" ;;`)).toEqual([
      job(4, A),
      job(5, B),
      job(7, C, { tags: { a: "x" } }),
    ]);
  });

  it.each([
    ["a quoted cell that is never closed", `"${C}`, "a quoted cell is not closed"],
    ["text behind a quoted cell", `"${C}"x,y`, "text follows behind a quoted cell"],
    ["more cells than the header", `${C},x,y`, "has 3 cells, the header 2"],
    ["an id that is none", "oops,x", "videoModelId"],
    ["a deadline that is none", "", "videoModelId"],
  ])("names the line with %s, and goes on behind it", async (_what, row, problem) => {
    const rows = Array.from({ length: 120 }, () => `${A},film`);
    const entries = await jobsOf(["id,team", ...rows, row === "" ? ",x" : row, ...rows].join("\n"));

    expect(entries.filter((entry) => "problem" in entry)).toEqual([malformed(122, problem)]);
    expect(entries.map(({ line }) => line)).toEqual(Array.from({ length: 241 }, (_, i) => i + 2));
  });

  it("names a broken row at its very end, and reads those that it had swallowed", async () => {
    expect(await jobsOf(`id,a\n"${A}\n${B},x\n"${C}`)).toEqual([
      malformed(2, "text follows"),
      job(3, B, { tags: { a: "x" } }),
      malformed(4, "is not closed"),
    ]);
  });

  it("names a row that ends before its id", async () => {
    expect(await jobsOf(`team,id\nfilm`)).toEqual([malformed(2, "videoModelId")]);
  });

  it("reads the rows behind a header that is no UTF-8, and names the header", async () => {
    const text = Buffer.from(`id,M\u00fcller\n${A},x\n`, "latin1");

    expect((await entriesOf(text)).map((entry) => readImportLine(entry))).toEqual([
      { problem: "the line is not UTF-8" },
      { request: { videoModelId: A, tags: { "M\ufffdller": "x" } } },
    ]);
  });

  it("names a deadline that is no number", async () => {
    expect(await jobsOf(`id,deadlineHours\n${A},soon`)).toEqual([malformed(2, "deadlineHours")]);
  });

  it("names a line that cannot be read, and what it had interrupted", async () => {
    const text = Buffer.concat([
      Buffer.from(`id,a\n"${A}\n`),
      Buffer.from([0xfc, 0x0a]),
      Buffer.from(`${"x".repeat(MAX_LINE_BYTES + 1)}\n${B},y`),
    ]);

    const entries = await entriesOf(text);

    expect(entries).toEqual([
      malformed(2, "is not closed"),
      { line: 3, problem: "the line is not UTF-8" },
      malformed(4, "is longer than"),
      { line: 5, text: expect.stringContaining(B) },
    ]);
  });
});

describe("a JSON list", () => {
  it("may be one line, and its strings may hold anything", async () => {
    const tags = { a: '"],[{\\', b: "]}" };
    const list = JSON.stringify([A, { videoModelId: B, tags }, C]);

    expect(await jobsOf(list)).toEqual([job(1, A), job(1, B, { tags }), job(1, C)]);
  });

  it.each([
    ["a value that is none", "oops", "is not JSON"],
    ["a number", "7", "Invalid input"],
    ["null", "null", "Invalid input"],
    ["a list", `["${A}"]`, "Invalid input"],
    ["a text without an end", `"${A}`, "is not JSON"],
    ["an object without an end", `{"videoModelId":"${A}"`, "is not JSON"],
    ["brackets that do not match", `{"videoModelId":"${A}"]`, "is not JSON"],
    ["too much", `"${"x".repeat(MAX_LINE_BYTES)}"`, "is longer than"],
  ])("names the line with %s, and goes on behind it", async (_what, value, problem) => {
    const text = `[\n"${A}",\n${value},\n{"videoModelId":"${B}"},\n"${C}"\n]\n`;

    expect(await jobsOf(text)).toEqual([job(2, A), malformed(3, problem), job(4, B), job(5, C)]);
  });

  it("names what follows it, and that it has no end", async () => {
    expect(await jobsOf(`["${A}"]\nmore`)).toEqual([job(1, A), malformed(2, "behind the end")]);
    expect(await jobsOf(`["${A}",\n"${B}`)).toEqual([
      job(1, A),
      malformed(2, "is not JSON"),
      malformed(2, "the list is not closed"),
    ]);
  });

  it.each(["[]", "[\n]\n", "", " \n", "{"])(
    "has no entry in %j, or a malformed one",
    async (text) => {
      expect((await jobsOf(text)).every((entry) => "problem" in entry)).toBe(true);
    },
  );

  it("names a value that is not UTF-8", async () => {
    expect(await entriesOf('["', Buffer.from([0xfc]), '"]')).toEqual([
      { line: 1, problem: "the line is not UTF-8" },
    ]);
  });
});

describe("every form", () => {
  const piece = fc.constantFrom(
    ...'[]{},;:"\\\t ä😀'.split(""),
    "\n",
    "\r\n",
    "\r",
    A,
    `"${B}"`,
    "id,a",
    `{"videoModelId":"${C}"}`,
    "[\n",
  );

  it("is read the same however the bytes are cut, without an exception", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 40 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
        async (parts, sizes) => {
          const bytes = Buffer.from(parts.join(""));
          const cut: Buffer[] = [];
          for (let start = 0; start < bytes.length; ) {
            const end = start + (sizes.next().value ?? 1);
            cut.push(bytes.subarray(start, end));
            start = end;
          }

          const whole = await entriesOf(bytes);
          expect(await entriesOf(...cut)).toEqual(whole);
          for (const entry of whole) readImportLine(entry);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("reads a list on that is longer than what shows its form", async () => {
    const line = `"${A}"\n`;
    const parts = Array.from({ length: 4 }, () =>
      line.repeat(Math.ceil(MAX_LINE_BYTES / line.length)),
    );

    expect(await entriesOf(...parts)).toHaveLength(parts.join("").split("\n").length - 1);
  });

  it("gives back what was written, in any form", async () => {
    const value = fc
      .string({ unit: "grapheme", maxLength: 20 })
      .filter((text) => text.trim() === text && text !== "");
    const jobs = fc.array(fc.record({ id: fc.constantFrom(A, B, C), team: value }), {
      minLength: 1,
      maxLength: 8,
    });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(jobs, fc.constantFrom(",", ";", "\t"), async (given, separator) => {
        const wanted = given.map(({ id, team }) => ({
          request: { videoModelId: id, tags: { team } },
        }));
        const objects = wanted.map(({ request }) => request);
        const table = given.map(({ id, team }) => [id, quoted(team)].join(separator));
        for (const text of [
          JSON.stringify(objects),
          JSON.stringify(objects, undefined, 2),
          objects.map((object) => JSON.stringify(object)).join("\n"),
          [["id", "team"].join(separator), ...table].join("\r\n"),
        ]) {
          expect((await jobsOf(text)).map(({ line: _line, ...rest }) => rest)).toEqual(wanted);
        }
      }),
    );
  });
});
