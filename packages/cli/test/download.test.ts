import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { downloadVideo } from "../src/download/download-video.ts";

const BYTES = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
const CHECKSUM = `crc32:${Buffer.from(crc32(BYTES).toString(16).padStart(8, "0"), "hex").toString("base64")}`;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let directory: string;
let server: Server;
let answers: Answer[];
let ranges: (string | undefined)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "download-"));
  answers = [];
  ranges = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    (answers.shift() ?? whole)(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true });
});

const whole: Answer = ({ headers: { range } }, response) => {
  const from = Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
  response.writeHead(range === undefined ? 200 : 206).end(BYTES.subarray(from));
};
const brokenAfter =
  (bytes: number): Answer =>
  (_request, response) => {
    response.writeHead(200, { "content-length": BYTES.length });
    response.write(BYTES.subarray(0, bytes), () => setTimeout(() => response.destroy(), 50));
  };
const status =
  (code: number): Answer =>
  (_request, response) => {
    response.writeHead(code).end("no");
  };
const other: Answer = (_request, response) => {
  response.end(Buffer.alloc(BYTES.length));
};

function download(signal = new AbortController().signal) {
  const file = join(directory, "video.mp4");
  const { port } = server.address() as AddressInfo;
  return downloadVideo({
    video: { bytes: BYTES.length, checksum: CHECKSUM },
    file,
    link: async () => `http://127.0.0.1:${port}/`,
    signal,
    onProgress: () => undefined,
  });
}

const result = async () => ({
  files: await readdir(directory),
  whole: (await readFile(join(directory, "video.mp4"))).equals(BYTES),
});

describe("a download", () => {
  it("goes on after a connection that breaks, and after a link that has expired", async () => {
    answers = [brokenAfter(40_000), status(403), status(503)];

    expect(await download()).toBe(true);

    expect(await result()).toEqual({ files: ["video.mp4"], whole: true });
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1)).toEqual(["bytes=40000-", "bytes=40000-", "bytes=40000-"]);
  });

  it("begins anew where a part cannot be asked for", async () => {
    answers = [brokenAfter(40_000), (_request, response) => void response.end(BYTES)];

    await download();

    expect(await result()).toEqual({ files: ["video.mp4"], whole: true });
  });

  it("takes nothing for the video that is not, and says so after the second time", async () => {
    answers = [other, other];

    await expect(download()).rejects.toMatchObject({ name: "DownloadCorrupt" });

    expect(await readdir(directory)).toEqual([]);
  });

  it("only checks what a killed one had finished", async () => {
    await writeFile(join(directory, "video.mp4.part"), BYTES);

    expect(await download()).toBe(true);
    expect(ranges).toEqual([]);
    expect(await result()).toEqual({ files: ["video.mp4"], whole: true });
  });

  it("gives up when the bucket keeps refusing", async () => {
    answers = Array.from({ length: 6 }, () => status(403));

    await expect(download()).rejects.toThrow("the bucket answers with HTTP 403");
    expect(ranges).toHaveLength(6);
  });

  it("ends at once when it is interrupted, and on a folder that is not there", async () => {
    const interrupted = AbortSignal.abort(new Error("interrupted"));
    await expect(download(interrupted)).rejects.toThrow("interrupted");

    await rm(directory, { recursive: true });
    await expect(download()).rejects.toMatchObject({ code: "ENOENT" });
    expect(ranges).toHaveLength(1);
    directory = await mkdtemp(join(tmpdir(), "download-"));
  });
});
