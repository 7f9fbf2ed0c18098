import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  akoolOutage,
  isFileSystemError,
  requireDirectory,
  unusableDirectory,
} from "#local/command/preflight.ts";
import { UsageError } from "#local/command/usage-error.ts";

describe("whether AKOOL can be reached", () => {
  it("a server that listens is enough, by whatever name of this machine", async () => {
    const server = await serve((_request, response) => response.writeHead(500).end());

    const port = new URL(server.origin).port;
    expect(await akoolOutage(`${server.origin}/api/open`)).toBeUndefined();
    expect(await akoolOutage(`http://localhost:${port}`)).toBeUndefined();

    expect(server.requests).toEqual([]);
    await server.close();
  });

  it("an address of version 6 is asked as well", async () => {
    expect(await akoolOutage("http://[::1]:1")).toMatch(/\[::1\]:1 .*(REFUSED|AVAIL)/);
  });

  it.each([
    "http://127.0.0.1:1",
    "http://localhost:1",
    "https://akool.invalid",
    "http://localhost",
  ])("nobody listens at %s", async (address) => {
    expect(await akoolOutage(address)).toMatch(/cannot be reached at .+\(.+\). Jobs wait for it/);
  });

  it("a proxy on the way there is asked in its place, and named", async () => {
    const server = await serve((_request, response) => response.end());
    const through = (HTTPS_PROXY: string, NO_PROXY = "") =>
      akoolOutage("https://akool.invalid/api", { HTTPS_PROXY, NO_PROXY });

    expect(await through(server.origin)).toBeUndefined();
    expect(await through("http://u:secret@127.0.0.1:1")).toMatch(
      /^AKOOL cannot be reached at https:\/\/akool\.invalid through the proxy 127\.0\.0\.1:1 \(/,
    );
    expect(await through(server.origin, "akool.invalid")).toMatch(/akool\.invalid \(/);
    expect(server.requests).toEqual([]);
    await server.close();
  });

  it("no connection is left open", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const closed = new Promise((resolve) =>
      server.on("connection", (socket) => socket.resume().on("close", resolve)),
    );
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;

    await akoolOutage(`http://127.0.0.1:${port}`);

    await closed;
    server.close();
  });
});

describe("whether the data directory can be used", () => {
  let parent: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "preflight-"));
  });
  afterEach(() => rm(parent, { recursive: true }));

  it("one that is not there is made, with its parents", async () => {
    await requireDirectory(join(parent, "a", "b"));

    expect(await readdir(join(parent, "a"))).toEqual(["b"]);
  });

  it("one of an earlier run is left as it is", async () => {
    await mkdir(join(parent, "videos"));

    await requireDirectory(parent);

    expect(await readdir(parent)).toEqual(["videos"]);
  });

  it.each(["file", "file/below"])("a file in its place (%s) is refused", async (name) => {
    await writeFile(join(parent, "file"), "");

    const refused = requireDirectory(join(parent, name));

    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(/cannot be used .* Choose another with --data/);
  });

  it.skipIf(process.getuid?.() === 0)("one that is not ours to write is refused", async () => {
    await mkdir(join(parent, "videos"));
    await chmod(join(parent, "videos"), 0o500);

    await expect(requireDirectory(parent)).rejects.toThrow(/EACCES/);
  });
});

it("an error of the file system is distinguished from a fault of ours", async () => {
  const ofFileSystem = await readdir("/nowhere").catch((error: unknown) => error);

  expect(isFileSystemError(ofFileSystem)).toBe(true);
  expect(isFileSystemError(new TypeError("x is undefined"))).toBe(false);
  expect(unusableDirectory("d", "gone").message).toMatch(/d cannot be used \(gone\)/);
});
