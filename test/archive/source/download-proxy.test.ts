import { get } from "node:https";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DOWNLOAD_PROXY, guardedAgent } from "#archive/source/download-guard.ts";
import { type ConnectProxy, connectProxy } from "#test/support/connect-proxy.ts";
import { serveTls, TEST_CERTIFICATE, type TlsServer } from "#test/support/tls-server.ts";

let origin: TlsServer;
let proxy: ConnectProxy;
beforeEach(async () => {
  origin = await serveTls();
  proxy = await connectProxy(origin.port);
});
afterEach(async () => {
  Reflect.deleteProperty(globalThis, Symbol.for(DOWNLOAD_PROXY));
  vi.unstubAllEnvs();
  await proxy.close();
  await origin.close();
});

/** As the local run does in a function's thread. */
function useProxy(NO_PROXY = "127.0.0.1,localhost,[::1]"): void {
  Reflect.set(globalThis, Symbol.for(DOWNLOAD_PROXY), { HTTPS_PROXY: proxy.origin, NO_PROXY });
}

function download(address: string): Promise<string> {
  const url = new URL(address);
  const signal = AbortSignal.timeout(100_000);
  return new Promise((resolve, reject) => {
    get(url, { agent: guardedAgent(url), ca: TEST_CERTIFICATE, signal }, (response) => {
      response.resume();
      resolve(`HTTP ${response.statusCode}`);
    }).on("error", reject);
  });
}

describe("a download on this machine", () => {
  it("goes through the proxy that the local run has set, which resolves the name", async () => {
    useProxy();

    expect(await download("https://origin.cloudfront.net/a.mp4")).toBe("HTTP 200");
    expect(proxy.asked).toEqual(["origin.cloudfront.net:443"]);
  });

  it("bypasses it, through the guard, for an excepted host", () => {
    useProxy("origin.cloudfront.net");

    expect(guardedAgent(new URL("https://origin.cloudfront.net/"))).toBe(
      guardedAgent(new URL("https://other.origin.cloudfront.net/")),
    );
    expect(guardedAgent(new URL("https://origin.cloudfront.net/")).constructor.name).toBe(
      "RequestFilteringHttpsAgent",
    );
  });

  it("never uses it for this machine", () => {
    useProxy("");

    expect(guardedAgent(new URL("http://127.0.0.1:8788/a.mp4"))).not.toHaveProperty(
      "options.proxyEnv",
    );
  });

  it("keeps its connections for the next part", () => {
    useProxy();

    expect(guardedAgent(new URL("https://a.cloudfront.net/1"))).toBe(
      guardedAgent(new URL("https://a.cloudfront.net/2")),
    );
  });
});

describe("a download of a deployed function", () => {
  it("takes no proxy from any variable", async () => {
    for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "ALL_PROXY"]) {
      vi.stubEnv(name, proxy.origin);
    }
    vi.stubEnv("NODE_USE_ENV_PROXY", "1");

    await expect(download("https://origin.cloudfront.invalid/a.mp4")).rejects.toThrow("ENOTFOUND");
    expect(proxy.asked).toEqual([]);
  });
});
