import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Deployed, STACK, serveDeployed, wellDeployed } from "./deployed.ts";
import { command } from "./in-process.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const FILES: Readonly<Record<string, string>> = {
  [`${ID}.mp4`]: "a video",
  [`${ID}.original.srt`]: "1\n00:00 --> 00:01\nhello\n",
};

let directory: string;
let deployed: Deployed;
let served: Awaited<ReturnType<typeof serveDeployed>>;
let files: Server;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "companions-"));
  deployed = wellDeployed();
  served = await serveDeployed(deployed);
  files = createServer((request, response) => {
    response.end(FILES[(request.url ?? "").slice(1)]);
  });
  files.listen(0, "127.0.0.1");
  await once(files, "listening");
});
afterEach(async () => {
  files.close();
  await served.close();
  await rm(directory, { recursive: true });
});

function stored(key: string) {
  const text = FILES[key] ?? "";
  const sum = Buffer.from(crc32(text).toString(16).padStart(8, "0"), "hex").toString("base64");
  return { key, bytes: Buffer.byteLength(text), checksum: `crc32:${sum}` };
}

function plant(companions: readonly object[]): void {
  const { port } = files.address() as AddressInfo;
  const link = (key: string) => ({
    status: 200,
    body: { url: `http://127.0.0.1:${port}/${key}`, expiresAt: "2099-01-01T00:00:00Z" },
  });
  const job = { videoModelId: ID, status: "archived", video: stored(`${ID}.mp4`), companions };
  deployed.answers = {
    [`GET /jobs/${ID}`]: { status: 200, body: job },
    [`GET /jobs/${ID}/video`]: link(`${ID}.mp4`),
    [`GET /jobs/${ID}/companions/original_srt`]: link(`${ID}.original.srt`),
  };
}

const original = {
  role: "original_srt",
  state: "archived",
  contentType: "application/x-subrip",
  ...stored(`${ID}.original.srt`),
};
const failed = { role: "translated_srt", state: "failed", reason: "HTTP\n404" };

const download = (...flags: string[]) =>
  command(["download", ID, "--to", directory, "--stack", STACK, "--region", "us-east-1", ...flags]);

describe("a download", () => {
  it("brings what came with the video, checked as the video is", async () => {
    plant([original]);

    const { code, out } = await download();

    expect(code).toBe(0);
    expect(out).toContain(`${ID}.original.srt  `);
    expect(await readFile(join(directory, `${ID}.original.srt`), "utf8")).toContain("hello");
    expect((await download("--quiet")).out.trim().split("\n")).toHaveLength(2);
  });

  it("says what is missing of it, which is a failure", async () => {
    plant([original, failed, { role: "no_caption_video", state: "pending" }]);

    const { code, out } = await download();
    const program = await download("--json");

    expect(code).toBe(1);
    expect(out).toContain(`${ID}  translated_srt  is failed  HTTP 404`);
    expect(out).toContain(`${ID}  no_caption_video  is pending\n`);
    expect(program.json().map(({ role }) => role)).toEqual([
      "video",
      "original_srt",
      "translated_srt",
      "no_caption_video",
    ]);
  });

  it("leaves it where only the video is wanted", async () => {
    plant([original, failed]);

    expect((await download("--video-only")).code).toBe(0);
    expect(await readdir(directory)).toEqual([`${ID}.mp4`]);
  });
});
