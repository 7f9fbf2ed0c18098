import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { proxyNote, proxyOf } from "#local/command/proxy.ts";
import { UsageError } from "#local/command/usage-error.ts";
import { type ConnectProxy, connectProxy } from "#test/support/connect-proxy.ts";
import { VIDEO_ID } from "#test/support/jobs.ts";
import { IMPATIENT, runCommand } from "./runs.ts";

const HERE = "127.0.0.1,localhost,[::1]";

describe("the proxy of the environment", () => {
  it.each([
    [{ HTTPS_PROXY: "http://proxy.example:3128" }, "http://proxy.example:3128/", HERE],
    [{ https_proxy: "proxy.example:3128" }, "http://proxy.example:3128/", HERE],
    [
      { https_proxy: "http://a.example", HTTPS_PROXY: "http://b.example" },
      "http://a.example/",
      HERE,
    ],
    [{ https_proxy: "", HTTPS_PROXY: "http://b.example" }, "http://b.example/", HERE],
    [{ HTTPS_PROXY: ' "http://me:secret@a.example/" ' }, "http://me:secret@a.example/", HERE],
    [
      { HTTPS_PROXY: "https://a.example", NO_PROXY: "x.example" },
      "https://a.example/",
      `x.example,${HERE}`,
    ],
    [
      { HTTPS_PROXY: "http://a.example", no_proxy: "y", NO_PROXY: "x" },
      "http://a.example/",
      `y,${HERE}`,
    ],
  ])("is read from %j", (environment, HTTPS_PROXY, NO_PROXY) => {
    expect(proxyOf(environment)).toEqual({ HTTPS_PROXY, NO_PROXY });
  });

  it.each([
    {},
    { HTTPS_PROXY: "" },
    { HTTPS_PROXY: " " },
    { HTTP_PROXY: "http://a.example" },
    { HTTPS_PROXY: "http://a.example", NO_PROXY: "*" },
  ])("is none in %j", (environment) => {
    expect(proxyOf(environment)).toBeUndefined();
  });

  it.each(["socks5://me:secret@proxy", "http://", "http://me:secret@", "me:secret@:x"])(
    "is refused as %j, without being printed",
    (HTTPS_PROXY) => {
      const read = () => proxyOf({ HTTPS_PROXY });

      expect(read).toThrow(UsageError);
      expect(read).toThrow(/^HTTPS_PROXY must be/);
      expect(read).not.toThrow(/secret/);
    },
  );

  it("is named at the start without its password", () => {
    const proxy = { HTTPS_PROXY: "http://me:secret@proxy.example:3128/", NO_PROXY: HERE };

    const note = proxyNote(proxy, "https://openapi.akool.com/api/open");

    expect(note).toContain("through proxy.example:3128. The proxy looks");
    expect(note).not.toContain("secret");
    expect(proxyNote(proxy, "http://127.0.0.1:8788")).toContain("(AKOOL itself is asked directly)");
  });
});

describe("track behind a proxy", () => {
  let data: string;
  let proxy: ConnectProxy;
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), "proxy-"));
    proxy = await connectProxy();
  });
  afterEach(async () => {
    await proxy.close();
    await rm(data, { recursive: true });
  });

  /** Tracks until the proxy was asked for a host. */
  async function trackUntilAsked(akoolUrl: string, target: string) {
    const interruption = new AbortController();
    const running = runCommand(
      ["track", VIDEO_ID, "--data", data, "--akool-url", akoolUrl, "--json"],
      {
        environment: { ...IMPATIENT, HTTPS_PROXY: proxy.origin },
        interrupted: interruption.signal,
      },
    );
    await vi.waitUntil(() => proxy.asked.includes(target), { timeout: 90_000, interval: 50 });
    interruption.abort();
    return running;
  }

  it("asks AKOOL through it, and says so", async () => {
    const { code, error } = await trackUntilAsked("https://akool.invalid/api", "akool.invalid:443");

    expect(code).toBe(130);
    expect(error).toContain(
      `AKOOL is asked and videos are fetched through ${new URL(proxy.origin).host}`,
    );
    expect(new Set(proxy.asked)).toEqual(new Set(["akool.invalid:443"]));
  }, 120_000);

  it("fetches videos through it, and nothing of this machine", async () => {
    const akool = await serve((_request, response) => {
      const video = "https://files.cloudfront.net/a.mp4";
      const data = { _id: VIDEO_ID, create_time: Date.now(), video_status: 3, video };
      response.end(JSON.stringify({ code: 1000, msg: "OK", data }));
    });

    await trackUntilAsked(akool.origin, "files.cloudfront.net:443");

    expect(new Set(proxy.asked)).toEqual(new Set(["files.cloudfront.net:443"]));
    expect(akool.requests.length).toBeGreaterThan(0);
    await akool.close();
  }, 120_000);
});
