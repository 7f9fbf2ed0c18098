import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleInto } from "#lib/function-bundles.ts";
import { readSourceMap, withOriginalPositions } from "#scripts/original-positions.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "archiver-maps-"));
  bundleInto(join(directory, "with"), true);
  bundleInto(join(directory, "without"), false);
});
afterAll(() => rm(directory, { recursive: true }));

const read = (kind: string, file: string) =>
  readFile(join(directory, kind, "check-status", file), "utf8");

describe("a stack trace of a deployed function", () => {
  it("is read by the maps that are not deployed: the bundles are the same", async () => {
    const deployed = await read("without", "index.mjs");

    expect(deployed).toBe(await read("with", "index.mjs"));
    expect(deployed).not.toContain("sourceMappingURL");
    await expect(read("without", "index.mjs.map")).rejects.toThrow();
  });

  it("names the place in the sources", async () => {
    const bundle = await read("with", "index.mjs");
    const map = readSourceMap(await read("with", "index.mjs.map"));
    const lines = bundle.split("\n");
    const line = lines.findIndex((text) => text.includes("POLL_MIN_SECONDS"));
    const column = lines[line]?.indexOf("POLL_MIN_SECONDS") ?? -1;
    const place = `${line + 1}:${column + 1}`;

    const trace = withOriginalPositions(
      `Error: x\n    at f (file:///var/task/index.mjs:${place})`,
      map,
    );

    expect(trace).toMatch(/at f \(functions\/[\w/-]+\.ts:\d+:\d+\)$/);
  });

  it("keeps what the map does not know", () => {
    const empty = readSourceMap(
      JSON.stringify({ version: 3, sources: [], names: [], mappings: "" }),
    );

    expect(withOriginalPositions("at index.mjs:1:1", empty)).toBe("at index.mjs:1:1");
  });
});
