import { readFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { serve, type TestServer } from "@akool-archiver/test-support/http-server.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createCreateClient } from "#akool/create-client.ts";
import { isNeverSent } from "#akool/exchange.ts";
import { sendOnFreshConnection } from "#akool/fresh-connection.ts";

const swap = { image: "https://example.com/a.png", video: "https://example.com/b.mp4" };
const credentials = { apiKey: async () => "k", freshApiKey: async () => "k" };
const CREATED = JSON.stringify({ code: 1000, data: { _id: "689174694b4dbdd4ab3d28c9" } });

const pem = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));
/** For `localhost`; nobody has signed it but itself. */
const certificate = { key: pem("key"), cert: pem("certificate") };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of open.splice(0)) await server.close();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

async function createAt(baseUrl: string, timeoutMs = 5_000, ca?: Buffer) {
  const client = createCreateClient({
    baseUrl,
    credentials,
    timeoutMs,
    ...(ca === undefined ? {} : { fetch: (url, init) => sendOnFreshConnection(url, init, { ca }) }),
  });
  return client.createCharacterSwap(swap);
}

describe("a billable call that never left", () => {
  it("for a name that does not resolve", async () => {
    expect(await createAt("https://no-such-host.invalid")).toMatchObject({
      kind: "not_now",
      trouble: "unavailable",
      detail: expect.stringMatching(/no connection: (ENOTFOUND|EAI_AGAIN)/),
    });
  });

  it("for a port without a listener", async () => {
    const gone = await serve(() => {});
    await gone.close();

    expect(await createAt(gone.origin)).toMatchObject({
      kind: "not_now",
      detail: "no connection: ECONNREFUSED",
    });
  });

  it("for a certificate that cannot be verified, and AKOOL has seen no request", async () => {
    const seen = vi.fn();
    const port = await listen(
      createHttpsServer(certificate, (_request, response) => {
        seen();
        response.end(CREATED);
      }),
    );

    expect(await createAt(`https://localhost:${port}`)).toMatchObject({
      kind: "not_now",
      trouble: "unavailable",
      detail: "no connection: DEPTH_ZERO_SELF_SIGNED_CERT",
    });
    expect(seen).not.toHaveBeenCalled();
  });

  it("for a connection that is reset in the middle of the TLS handshake", async () => {
    const port = await listen(
      createServer((socket) => socket.once("data", () => socket.resetAndDestroy())),
    );

    expect(await createAt(`https://localhost:${port}`)).toMatchObject({
      kind: "not_now",
      detail: "no connection: ECONNRESET",
    });
  });

  it("for a handshake that times out", async () => {
    const port = await listen(createServer(() => {}));

    expect(await createAt(`https://localhost:${port}`, 100)).toMatchObject({
      kind: "not_now",
      detail: "no connection: TimeoutError",
    });
  });

  it("for a server that speaks no TLS", async () => {
    const port = await listen(
      createServer((socket) =>
        socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
      ),
    );

    expect((await createAt(`https://localhost:${port}`)).kind).toBe("not_now");
  });
});

describe("a billable call that may have arrived", () => {
  it("for a TLS failure after the request was written", async () => {
    const received: string[] = [];
    const port = await listen(
      createTlsServer(certificate, (socket) => {
        socket.on("error", () => {});
        socket.on("data", (bytes) => {
          received.push(bytes.toString());
          if (!received.join("").includes("}")) return;
          // Not TLS: the client fails with an error of its TLS layer, as for a bad record.
          const { _parent: raw } = socket as unknown as { _parent: Socket };
          raw.write("this is no TLS record");
        });
      }),
    );

    const outcome = await createAt(`https://localhost:${port}`, 5_000, certificate.cert);

    expect(received.join("")).toContain(swap.video);
    expect(outcome).toMatchObject({
      kind: "unknown",
      detail: expect.stringMatching(/SSL|ECONNRESET/),
    });
  });

  it.each<[string, (socket: Socket) => void]>([
    ["is reset", (socket) => socket.resetAndDestroy()],
    ["ends without an answer", (socket) => socket.end()],
    [
      "breaks off in the middle of the answer",
      (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"),
    ],
    ["brings no HTTP", (socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n\r\n")],
  ])("when the connection %s after the request", async (_, answer) => {
    const port = await listen(createServer((socket) => socket.once("data", () => answer(socket))));

    expect((await createAt(`http://127.0.0.1:${port}`)).kind).toBe("unknown");
  });

  it("when the answer times out", async () => {
    const port = await listen(
      createServer((socket) =>
        socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")),
      ),
    );

    expect(await createAt(`http://127.0.0.1:${port}`, 100)).toEqual({
      kind: "unknown",
      detail: "no answer: TimeoutError",
    });
  });
});

describe("a connection of its own", () => {
  let server: TestServer;
  const get = (headers: Record<string, string> = {}) =>
    sendOnFreshConnection(new URL(server.origin), {
      method: "GET",
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(5_000),
    });

  it("is opened for each call, so that none is written to a dead one", async () => {
    server = await serve((_request, response) => void response.end(CREATED));
    open.push(server);

    await createAt(server.origin);
    await createAt(server.origin);

    const [first, second] = server.requests;
    expect(first?.socket).not.toBe(second?.socket);
  });

  it.each([
    ["gzip", gzipSync],
    ["GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ] as const)(
    "reads an answer that is encoded as %s without having been asked for",
    async (coding, encode) => {
      server = await serve((_request, response) => {
        response.setHeader("content-encoding", coding).end(encode(Buffer.from(CREATED)));
      });
      open.push(server);

      expect((await createAt(server.origin)).kind).toBe("created");
    },
  );

  it("treats a broken encoding as an unreadable answer", async () => {
    server = await serve((_request, response) => {
      response.setHeader("content-encoding", "br").end("no brotli");
    });
    open.push(server);

    expect(await createAt(server.origin)).toEqual({
      kind: "unknown",
      detail: expect.stringMatching(/^no answer: ERR__ERROR_FORMAT/),
    });
  });

  it.each(["gzip", "x-gzip"])("reads an answer that is wrongly labelled %s", async (coding) => {
    server = await serve((_request, response) => {
      response.setHeader("content-encoding", coding).end(CREATED);
    });
    open.push(server);

    expect((await createAt(server.origin)).kind).toBe("created");
  });

  it("returns headers by name, joins repeated ones, and returns null for missing ones", async () => {
    server = await serve((_request, response) => {
      response.setHeader("set-cookie", ["a=1", "b=2"]).setHeader("retry-after", "7").end();
    });
    open.push(server);

    const { headers } = await get();

    expect([headers.get("retry-after"), headers.get("set-cookie"), headers.get("x-no")]).toEqual([
      "7",
      "a=1, b=2",
      null,
    ]);
  });

  it("goes through the proxy of this process, and sends nothing while that refuses", async () => {
    const asked: string[] = [];
    const port = await listen(
      createServer((socket) =>
        socket.once("data", (bytes) => {
          asked.push(bytes.toString().split("\r\n")[0] ?? "");
          socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        }),
      ),
    );
    const { default: http } = await import("node:http");
    const restore = http.setGlobalProxyFromEnv({ https_proxy: `http://127.0.0.1:${port}` });
    try {
      const refused = await createAt("https://openapi.akool.invalid").finally(restore);

      expect(asked).toEqual(["CONNECT openapi.akool.invalid:443 HTTP/1.1"]);
      expect(refused.kind).toBe("not_now");
    } finally {
      restore();
    }
  });

  it("reaches AKOOL through that proxy", async () => {
    const target = await listen(
      createHttpsServer(certificate, (_request, response) => void response.end(CREATED)),
    );
    const proxy = await listen(
      createServer((socket) =>
        socket.once("data", () => {
          socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
          socket.pipe(connect(target, "127.0.0.1")).pipe(socket);
        }),
      ),
    );
    const { default: http } = await import("node:http");
    const restore = http.setGlobalProxyFromEnv({ https_proxy: `http://127.0.0.1:${proxy}` });
    const baseUrl = `https://localhost:${target}`;
    const outcome = await createAt(baseUrl, 5_000, certificate.cert).finally(restore);

    expect(outcome.kind).toBe("created");
  });

  it("reports a failure before the first byte as never sent", async () => {
    const gone = await serve(() => {});
    await gone.close();
    server = gone;

    expect(await get().catch(isNeverSent)).toBe(true);
  });
});
