import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ImportSourceUnreadable } from "#aws/import-files.ts";
import { EmptyImport, ImportTooLarge, planImport } from "#use-cases/imports/plan-import.ts";
import { summarizeImport } from "#use-cases/imports/summarize-import.ts";
import { memoryFiles } from "./memory-files.ts";

const SOURCE = { bucket: "lists", key: "videos.jsonl" };
const IMPORT = { importId: "import-1", source: SOURCE };

function planOf(objects: Record<string, string | Uint8Array>) {
  return planImport({ files: memoryFiles(objects), bucket: "imports" }, IMPORT);
}

describe("planning an import", () => {
  it("numbers the lines of the source, as text whatever they hold", async () => {
    const objects: Record<string, string> = { "lists/videos.jsonl": '"a"\n\n{oops\r\n"b"' };

    const plan = await planOf(objects);

    expect(plan).toEqual({
      lines: 3,
      key: "runs/import-1/lines.jsonl",
      report: "runs/import-1/report",
    });
    expect(objects["imports/runs/import-1/lines.jsonl"]).toBe(
      '{"line":1,"text":"\\"a\\""}\n{"line":3,"text":"{oops"}\n{"line":4,"text":"\\"b\\""}\n',
    );
  });

  it.each([
    ["gzip", gzipSync('"a"\n"b"\n')],
    ["UTF-16 in gzip", gzipSync(Buffer.from('\ufeff"a"\r\n"b"', "utf16le"))],
    ["a table", "id\r\na\r\nb\r\n"],
    ["a JSON list", '["a",\n"b"]'],
  ])("reads the entries of %s, whatever its name says", async (_what, source) => {
    const objects: Record<string, string | Uint8Array> = { "lists/videos.jsonl": source };

    expect(await planOf(objects)).toMatchObject({ lines: 2 });
    expect(objects["imports/runs/import-1/lines.jsonl"]).toMatch(/a.+\n.+b/);
  });

  it("refuses what becomes too much when it is unpacked, and has not all of it in memory", {
    tags: ["long"],
  }, async () => {
    const lines = Buffer.alloc(64 * 1024 * 1024, "x");
    const bomb = Buffer.concat(Array.from({ length: 17 }, () => gzipSync(lines, { level: 1 })));
    const files = {
      ...memoryFiles({ "lists/videos.jsonl": bomb }),
      async write(_object: unknown, texts: AsyncIterable<string>) {
        for await (const _text of texts);
      },
    };

    await expect(planImport({ files, bucket: "imports" }, IMPORT)).rejects.toThrow(ImportTooLarge);
  });

  it("gives the same when it is repeated", async () => {
    const objects: Record<string, string> = { "lists/videos.jsonl": '"a"\n' };

    const plans = [await planOf(objects), await planOf(objects)];

    expect(plans[1]).toEqual(plans[0]);
  });

  it("refuses a source that is not there", async () => {
    await expect(planOf({})).rejects.toThrow(ImportSourceUnreadable);
  });

  it("refuses a source without lines", async () => {
    await expect(planOf({ "lists/videos.jsonl": "\n \r\n" })).rejects.toThrow(EmptyImport);
  });

  it("refuses a source that is too large, before it reads it", async () => {
    const files = memoryFiles({ "lists/videos.jsonl": '"a"' });
    const large = {
      ...files,
      open: async (place: typeof SOURCE) => ({ ...(await files.open(place)), bytes: 2 ** 30 + 1 }),
    };

    const planning = planImport({ files: large, bucket: "imports" }, IMPORT);

    await expect(planning).rejects.toThrow(ImportTooLarge);
  });
});

describe("summarizing an import", () => {
  const MANIFEST = { bucket: "imports", key: "report/manifest.json" };
  const manifestOf = (...keys: string[]) =>
    JSON.stringify({
      DestinationBucket: "imports",
      ResultFiles: { FAILED: [], SUCCEEDED: keys.map((Key) => ({ Key, Size: 1 })) },
    });

  it("counts the outcomes in every file of the report", async () => {
    const files = memoryFiles({
      "imports/report/manifest.json": manifestOf("report/0", "report/1"),
      "imports/report/0": '{"line":1,"outcome":"started"}\n{"line":2,"outcome":"malformed"}\n',
      "imports/report/1": '{"line":3,"outcome":"started"}\n{"line":4,"outcome":"archived"}\n',
    });

    const summary = await summarizeImport({ files }, { lines: 4, manifest: MANIFEST });

    expect(summary).toEqual({
      lines: 4,
      outcomes: {
        started: 2,
        already_followed: 0,
        archived: 1,
        ended: 0,
        malformed: 1,
        not_started: 0,
      },
      report: [
        { bucket: "imports", key: "report/0", bytes: 1 },
        { bucket: "imports", key: "report/1", bytes: 1 },
      ],
    });
  });

  it("counts lines that no report has as not started", async () => {
    const files = memoryFiles({
      "imports/report/manifest.json": manifestOf("report/0"),
      "imports/report/0": '{"line":1,"outcome":"started"}\n',
    });

    const { outcomes } = await summarizeImport({ files }, { lines: 101, manifest: MANIFEST });

    expect(outcomes).toMatchObject({ started: 1, not_started: 100 });
  });
});
