import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { saveReport } from "../src/import/report.ts";

let directory: string;
let server: Server;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "import-report-"));
  server = createServer(({ url }, response) => {
    response.writeHead(url === "/expired" ? 403 : 200).end(`${url}\n`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

const save = (paths: readonly string[]) => {
  const { port } = server.address() as AddressInfo;
  const report = paths.map((path) => ({
    bucket: "imports",
    key: path,
    url: `http://127.0.0.1:${port}${path}`,
    bytes: 1,
  }));
  const file = join(directory, "report.jsonl");
  return saveReport(report, file, new AbortController().signal);
};

it("an import's report is one file of all its parts", async () => {
  await save(["/1", "/2"]);

  expect(await readFile(join(directory, "report.jsonl"), "utf8")).toBe("/1\n/2\n");
  expect(await readdir(directory)).toEqual(["report.jsonl"]);
});

it("an import's report of which a part cannot be fetched is not there", async () => {
  await expect(save(["/1", "/expired"])).rejects.toThrow("(HTTP 403)");

  expect(await readdir(directory)).not.toContain("report.jsonl");
});
