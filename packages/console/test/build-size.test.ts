import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildConsole } from "../src/build-console.ts";
import { readStaticFiles, type StaticFile, type StaticFiles } from "../src/static-files.ts";

const MAX_COMPRESSED_SCRIPT_BYTES = 100_000;

let directory: string;
let files: StaticFiles;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "console-"));
  await buildConsole(directory);
  files = await readStaticFiles(directory);
});
afterAll(() => rm(directory, { recursive: true }));

function ending(suffix: string): StaticFile[] {
  return [...files.values()].filter(({ path }) => path.endsWith(suffix));
}

function textOf({ body }: StaticFile): string {
  return Buffer.from(body).toString("utf8");
}

describe("the built console", () => {
  it("has at most 100 kB of compressed JavaScript", () => {
    const sizes = ending(".js").map(({ body }) => gzipSync(body).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`the console's scripts: ${total} bytes compressed`);

    expect(sizes.length).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(MAX_COMPRESSED_SCRIPT_BYTES);
  });

  it("has no fonts, no source maps and no inline script or style", () => {
    expect([...files.keys()].filter((path) => /\.(woff2?|ttf|otf|eot|map)$/.test(path))).toEqual(
      [],
    );
    const [page] = ending("index.html");
    const html = page === undefined ? "" : textOf(page);
    expect(html).toMatch(/<script type="module"[^>]* src="\/assets\/[\w-]+\.js"><\/script>/);
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  });

  it("names no other host, but in what is shown or an XML namespace", () => {
    const hosts = [...files.values()]
      .filter(({ path }) => /\.(js|css|html|svg)$/.test(path))
      .flatMap((file) => textOf(file).match(/https?:\/\/[\w.-]+/g) ?? []);

    const shown = /^http:\/\/(www\.w3\.org|json-schema\.org|n)$|^https:\/\/json-schema\.org$/;
    expect([...new Set(hosts)].filter((host) => !shown.test(host))).toEqual([]);
  });

  it("keeps files by a hash of their content, all but the page, its icon and the runbook", () => {
    const others = [...files.keys()].filter(
      (path) => !/^\/assets\/[\w-]+-[\w-]{8}\.\w+$/.test(path),
    );

    expect(others.sort()).toEqual(["/icon.svg", "/index.html", "/runbook.md"]);
  });

  it("holds the runbook's sections that it refers to", () => {
    const runbook = files.get("/runbook.md");

    expect(runbook && textOf(runbook)).toContain("## A video that expires soon");
  });
});
