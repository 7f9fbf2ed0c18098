import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { buffer } from "node:stream/consumers";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, describe, expect, it } from "vitest";
import {
  DownloadRefused,
  SourceGone,
  SourceInterrupted,
  SourceUnavailable,
} from "#archive/errors.ts";
import { CookieJar } from "#archive/source/cookie-jar.ts";
import { downloadPolicy } from "#archive/source/download-guard.ts";
import { openSource } from "#archive/source/open-source.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function open(
  answer: (path: string, response: ServerResponse) => void,
  idleTimeoutMs = 60_000,
) {
  server = await serve((request, response) => answer(request.url ?? "", response));
  return openSource(`${server.origin}/a.mp4`, {
    policy: downloadPolicy(".cloudfront.net", server.origin),
    cookies: new CookieJar(),
    signal: AbortSignal.timeout(100_000),
    idleTimeoutMs,
  });
}

describe("opening a source", () => {
  it("asks for the plain bytes and returns the body with its declared length", async () => {
    const source = await open((_, response) =>
      response.writeHead(200, { "content-type": "video/mp4", "content-length": 5 }).end("bytes"),
    );

    expect(source).toMatchObject({ contentType: "video/mp4", totalBytes: 5 });
    expect((await buffer(source.body)).toString()).toBe("bytes");
    expect(server?.requests[0]?.headers).toMatchObject({ "accept-encoding": "identity" });
    expect(server?.requests[0]?.headers).not.toHaveProperty("x-api-key");
  });

  it("accepts a chunked body, which marks its own end", async () => {
    const source = await open((_, response) => {
      response.write("by");
      response.end("tes");
    });

    expect(source).toMatchObject({ contentType: "", totalBytes: undefined });
    expect((await buffer(source.body)).toString()).toBe("bytes");
  });

  it.each(["gzip", "chunked, gzip"])(
    "refuses a body under the transfer coding %s, whose end nothing marks",
    async (coding) => {
      const raw = createServer((socket) =>
        socket
          .on("error", () => {})
          .once("data", () => {
            socket.write(
              `HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ntransfer-encoding: ${coding}\r\n\r\n`,
            );
            socket.end("half a video");
          }),
      ).listen(0, "127.0.0.1");
      await once(raw, "listening");
      const { port } = raw.address() as AddressInfo;
      const origin = `http://127.0.0.1:${port}`;

      const opening = openSource(`${origin}/a.mp4`, {
        policy: downloadPolicy(".cloudfront.net", origin),
        cookies: new CookieJar(),
        signal: AbortSignal.timeout(100_000),
        idleTimeoutMs: 60_000,
      });

      await expect(opening).rejects.toThrow(SourceUnavailable);
      raw.close();
    },
  );

  it("follows redirects, also relative ones", async () => {
    const source = await open((path, response) => {
      if (path === "/b.mp4") response.end("bytes");
      else response.writeHead(302, { location: "/b.mp4" }).end();
    });

    expect((await buffer(source.body)).toString()).toBe("bytes");
  });

  it.each(["http://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "file:///etc/passwd"])(
    "does not follow a redirect inward to %s",
    async (location) => {
      await expect(
        open((_, response) => void response.writeHead(302, { location }).end()),
      ).rejects.toThrow(DownloadRefused);
      expect(server?.requests).toHaveLength(1);
    },
  );

  it("gives up on a redirect loop", async () => {
    await expect(
      open((_, response) => void response.writeHead(301, { location: "/a.mp4" }).end()),
    ).rejects.toThrow(new DownloadRefused("more than 20 redirects"));
  });

  it.each([400, 401, 403, 404, 405, 410, 412, 416, 451])(
    "takes HTTP %d for gone",
    async (status) => {
      await expect(open((_, response) => void response.writeHead(status).end())).rejects.toThrow(
        SourceGone,
      );
    },
  );

  it.each([
    ["HTTP 500", (r: ServerResponse) => void r.writeHead(500).end()],
    ["HTTP 408", (r: ServerResponse) => void r.writeHead(408).end()],
    ["HTTP 425", (r: ServerResponse) => void r.writeHead(425).end()],
    ["HTTP 429", (r: ServerResponse) => void r.writeHead(429).end()],
    ["HTTP 204", (r: ServerResponse) => void r.writeHead(204).end()],
    ["a redirect to nowhere", (r: ServerResponse) => void r.writeHead(302).end()],
    ["a broken connection", (r: ServerResponse) => void r.destroy()],
  ])("calls the source unavailable at %s", async (_, answer) => {
    await expect(open((_path, response) => answer(response))).rejects.toThrow(SourceUnavailable);
  });

  it("gives up when no byte comes", async () => {
    await expect(open(() => {}, 50)).rejects.toThrow(new SourceInterrupted("no byte for 0.05 s"));
  });

  it("gives up when the whole download takes too long", async () => {
    server = await serve(() => {});
    const opening = openSource(`${server.origin}/a.mp4`, {
      policy: downloadPolicy("", server.origin),
      cookies: new CookieJar(),
      signal: AbortSignal.timeout(50),
      idleTimeoutMs: 60_000,
    });

    await expect(opening).rejects.toThrow(SourceInterrupted);
  });

  it("refuses an allowed name that resolves to a private address, at the connection", async () => {
    const opening = openSource("https://localhost/a.mp4", {
      policy: { allowedHosts: ["localhost"], loopback: false },
      cookies: new CookieJar(),
      signal: AbortSignal.timeout(100_000),
      idleTimeoutMs: 60_000,
    });

    await expect(opening).rejects.toThrow(DownloadRefused);
  });

  it("says that a name cannot be resolved", async () => {
    const opening = openSource("https://nothing.invalid/a.mp4", {
      policy: { allowedHosts: [".invalid"], loopback: false },
      cookies: new CookieJar(),
      signal: AbortSignal.timeout(100_000),
      idleTimeoutMs: 60_000,
    });

    await expect(opening).rejects.toThrow(SourceUnavailable);
  });
});
