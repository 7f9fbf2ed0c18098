import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SESSION_PATH, SETTINGS_PATH } from "@akool-archiver/console/console-settings.ts";
import type { StaticFiles } from "@akool-archiver/console/static-files.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ConsoleServer, startConsole } from "../../src/console/console-server.ts";
import { UsageError } from "../../src/output/usage-error.ts";
import type { Authorization } from "../../src/target/session.ts";
import { type Answer, rawRequest } from "./raw-request.ts";

interface Asked {
  readonly request: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const files: StaticFiles = new Map(
  ["/index.html", "/assets/main-1.js"].map((path) => [
    path,
    { path, contentType: "text/html; charset=utf-8", body: Buffer.from(`file ${path}`) },
  ]),
);

/** The deployed API, which anybody on this machine could be asked to reach with the person's rights. */
let asked: Asked[];
let answer: (response: ServerResponse) => void;
let api: ReturnType<typeof createServer>;
let apiUrl: string;
let server: ConsoleServer;
const onFailure = vi.fn();
const onOpened = vi.fn();

beforeEach(async () => {
  asked = [];
  answer = (response) => response.writeHead(200, { "content-type": "application/json" }).end("{}");
  api = createServer(async (request, response) => {
    const { method, url, headers } = request;
    asked.push({ request: `${method} ${url}`, headers, body: await text(request) });
    answer(response);
  });
  api.listen(0, "127.0.0.1");
  await once(api, "listening");
  apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  vi.clearAllMocks();
  server = await start();
});
afterEach(async () => {
  await server.close();
  api.closeAllConnections();
  api.close();
});

const sign = async (request: Request) => {
  request.headers.set("authorization", "AWS4-HMAC-SHA256 signed");
  return request;
};

function start(authorization: Authorization = { sign }, base = apiUrl, port = 0) {
  return startConsole({
    files,
    apiUrl: base,
    authorization,
    settings: { kind: "stack", name: "AkoolVideoArchiver" },
    mediaOrigins: async () => ["https://videos.s3.us-east-1.amazonaws.com"],
    port,
    onFailure,
    onOpened,
  });
}

const tokenOf = (address: string) => new URL(address).hash.replace("#token=", "");

/** What a browser sends along with a request of the console's own page. */
const own = (cookie?: string) => ({
  "sec-fetch-site": "same-origin",
  origin: server.origin,
  ...(cookie !== undefined && { cookie }),
});

function exchange(token: string, headers: Record<string, string> = own()) {
  const body = JSON.stringify({ token });
  const sent = { "content-type": "application/json", "content-length": `${body.length}` };
  return rawRequest(server.origin, "POST", SESSION_PATH, { ...sent, ...headers }, body);
}

async function openPage(): Promise<string> {
  const { headers } = await exchange(tokenOf(server.address()));
  return String(headers["set-cookie"]?.[0]).split(";")[0] ?? "";
}

const get = (path: string, headers: Record<string, string>) =>
  rawRequest(server.origin, "GET", path, headers);

function expectNothing({ status, body }: Answer) {
  expect([401, 403, 404]).toContain(status);
  expect(body).not.toContain("file ");
  expect(asked).toEqual([]);
}

describe("the console's page", () => {
  it("is served with a policy that names the bucket, and nothing else of another origin", async () => {
    const { status, headers, body } = await get("/", {});

    expect({ status, body }).toEqual({ status: 200, body: "file /index.html" });
    expect(headers["content-security-policy"]).toContain(
      "media-src 'self' https://videos.s3.us-east-1.amazonaws.com;",
    );
    expect(headers["content-security-policy"]).toContain("connect-src 'self';");
  });

  it("gets a cookie for the address that was printed, which scripts and other sites have not", async () => {
    const { status, headers } = await exchange(tokenOf(server.address()));

    expect(status).toBe(200);
    expect(headers["set-cookie"]?.[0]).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(onOpened).toHaveBeenCalledOnce();
  });

  it("reads and operates with the person's rights, once it has it", async () => {
    const cookie = await openPage();
    answer = (response) =>
      response.writeHead(202, { "content-type": "application/json" }).end('{"status":"accepted"}');

    const retried = await rawRequest(
      server.origin,
      "POST",
      "/jobs/689174694b4dbdd4ab3d28c9/retry?a=%20b",
      { ...own(cookie), "idempotency-key": "k" },
    );

    expect(retried).toMatchObject({ status: 202, body: '{"status":"accepted"}' });
    expect(asked).toEqual([
      {
        request: "POST /jobs/689174694b4dbdd4ab3d28c9/retry?a=%20b",
        headers: expect.objectContaining({
          authorization: "AWS4-HMAC-SHA256 signed",
          "idempotency-key": "k",
        }),
        body: "",
      },
    ]);
  });

  it("asks only for what has changed, by the tag of an earlier answer", async () => {
    const cookie = await openPage();
    answer = (response) => response.writeHead(304, { etag: 'W/"1"' }).end();

    const { status, headers, body } = await get("/jobs", {
      ...own(cookie),
      "if-none-match": 'W/"1"',
    });

    expect(asked[0]?.headers["if-none-match"]).toBe('W/"1"');
    expect({ status, body }).toEqual({ status: 304, body: "" });
    expect(headers).toMatchObject({ etag: 'W/"1"', "cache-control": "no-store" });
  });

  it("hears which stack it shows", async () => {
    const { body } = await get(SETTINGS_PATH, own(await openPage()));

    expect(JSON.parse(body)).toEqual({ kind: "stack", name: "AkoolVideoArchiver" });
  });

  it("sends a body on as it is", async () => {
    const cookie = await openPage();
    const list = "id\n689174694b4dbdd4ab3d28c9\n";
    const headers = { ...own(cookie), "content-type": "text/csv" };

    await rawRequest(server.origin, "POST", "/imports", headers, list);

    expect(asked[0]).toMatchObject({ body: list, headers: { "content-type": "text/csv" } });
  });
});

describe("whoever has not opened it", () => {
  it.each([
    ["a browser without the cookie", {}],
    ["a browser with an invented one", { cookie: "akool-archiver-console=1.x" }],
  ])("%s gets nothing", async (_, headers) => {
    for (const path of ["/jobs", SETTINGS_PATH, "/jobs/689174694b4dbdd4ab3d28c9/video"]) {
      expectNothing(await get(path, { ...own(), ...headers }));
    }
  });

  it("a program without the cookie gets nothing either: other users have programs, too", async () => {
    expectNothing(await get("/jobs", {}));
    expectNothing(await get(SETTINGS_PATH, {}));
  });

  it("a program is given no address", async () => {
    const { status, body } = await rawRequest(server.origin, "POST", "/_console/links");

    expect(status).toBe(401);
    expect(body).not.toContain("token=");
  });

  it("a token that was used, or is not one, opens nothing", async () => {
    const token = tokenOf(server.address());
    await exchange(token);

    for (const used of [token, "", "x".repeat(43)]) {
      const { status, headers } = await exchange(used);
      expect(status).toBe(401);
      expect(headers["set-cookie"]).toBeUndefined();
    }
  });

  it("another console of this machine has another cookie", async () => {
    const cookie = await openPage();
    const other = await start();
    const { status } = await rawRequest(other.origin, "GET", "/jobs", {
      "sec-fetch-site": "same-origin",
      cookie: cookie.replace(/-\d+=/, `-${new URL(other.origin).port}=`),
    });
    await other.close();

    expect(status).toBe(401);
    expect(asked).toEqual([]);
  });
});

describe("a page of another origin, in the browser that has the cookie", () => {
  it.each([
    ["from elsewhere", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["from another port", { origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-site" }],
    ["from another port, with GET", { "sec-fetch-site": "same-site" }],
    ["by a link", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
    ["from a sandbox or a file", { origin: "null" }],
    ["from a page of this name in TLS", { origin: "https://127.0.0.1" }],
  ])("%s gets nothing", async (_, headers) => {
    const cookie = await openPage();

    expectNothing(await get("/jobs", { ...headers, cookie }));
    const path = "/jobs/689174694b4dbdd4ab3d28c9/retry";
    expectNothing(await rawRequest(server.origin, "POST", path, { ...headers, cookie }));
  });

  it("is let in by no preflight, and cannot exchange a token by a form", async () => {
    const preflight = await rawRequest(server.origin, "OPTIONS", "/jobs", {
      origin: "https://evil.example",
      "access-control-request-method": "GET",
    });
    expect(preflight.headers["access-control-allow-origin"]).toBeUndefined();
    expectNothing(preflight);
    const form = { "content-type": "text/plain", "sec-fetch-site": "cross-site" };
    expect((await exchange(tokenOf(server.address()), form)).status).toBe(401);
  });
});

describe("a name that was made to lead to this machine", () => {
  it.each(["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])(
    "%j gets nothing, not even the page",
    async (name) => {
      const cookie = await openPage();
      const { port } = new URL(server.origin);
      const host = name === "" || name.includes(":") ? name : `${name}:${port}`;

      for (const path of ["/", "/jobs"]) {
        expectNothing(
          await get(path, {
            host,
            cookie,
            origin: `http://${host}`,
            "sec-fetch-site": "same-origin",
          }),
        );
      }
    },
  );
});

describe("what is sent on", () => {
  it("is a route of the API, and nothing that becomes another path", async () => {
    const cookie = await openPage();
    for (const path of [
      "/",
      "/nothing",
      "/jobs/../health",
      "/jobs/%2e%2e/health",
      "/jobs//video",
      "http://evil.example/jobs",
      "//evil.example/jobs",
      "/webhooks/akool",
    ]) {
      const { status } = await rawRequest(server.origin, "DELETE", path, own(cookie));
      expect(status, path).toBe(404);
    }
    expect(asked).toEqual([]);
  });

  it("stays below the API's path", async () => {
    const below = await start({ sign }, `${apiUrl}/api/`);
    const opened = await rawRequest(
      below.origin,
      "POST",
      SESSION_PATH,
      { "content-type": "application/json", "content-length": "55" },
      JSON.stringify({ token: tokenOf(below.address()) }),
    );
    const cookie = String(opened.headers["set-cookie"]?.[0]).split(";")[0] ?? "";
    await rawRequest(below.origin, "GET", "/jobs", { cookie });
    await below.close();

    expect(asked.map(({ request }) => request)).toEqual(["GET /api/jobs"]);
  });

  it("has no cookie, no origin, and nothing of the connection in it", async () => {
    const cookie = await openPage();
    await get("/jobs", {
      ...own(cookie),
      connection: "keep-alive, x-secret",
      "x-secret": "1",
      te: "trailers",
      "x-forwarded-for": "10.0.0.1",
      authorization: "Bearer of-the-page",
      accept: "application/json",
    });

    const [sent] = asked;
    expect(sent?.headers).toMatchObject({
      accept: "application/json",
      authorization: "AWS4-HMAC-SHA256 signed",
      host: new URL(apiUrl).host,
    });
    for (const name of ["cookie", "origin", "x-secret", "te", "x-forwarded-for"]) {
      expect(sent?.headers[name], name).toBeUndefined();
    }
  });

  it("is no body of any length", async () => {
    const cookie = await openPage();
    const size = 2 * 1024 * 1024 + 1;
    const headers = { ...own(cookie), "content-type": "text/csv" };
    const declared = await rawRequest(
      server.origin,
      "POST",
      "/imports",
      { ...headers, "content-length": `${size}` },
      Buffer.alloc(size),
    ).catch(() => ({ status: 413 }));
    const chunked = await rawRequest(
      server.origin,
      "POST",
      "/imports",
      { ...headers, "transfer-encoding": "chunked" },
      Buffer.alloc(size),
    ).catch(() => ({ status: 413 }));

    expect([declared.status, chunked.status]).toEqual([413, 413]);
    expect(asked).toEqual([]);
  });

  it.each([
    [{ token: "jwt" }, "Bearer jwt"],
    [{}, undefined],
  ])("is authorized as %j", async (authorization, expected) => {
    await server.close();
    server = await start(authorization);
    await get("/jobs", own(await openPage()));

    expect(asked[0]?.headers.authorization).toBe(expected);
  });
});

describe("what comes back", () => {
  it("is a redirect for the browser to follow, and is not fetched here", async () => {
    const cookie = await openPage();
    const location = "https://videos.s3.us-east-1.amazonaws.com/v.mp4?X-Amz-Signature=s";
    answer = (response) => response.writeHead(302, { location }).end();

    const { status, headers } = await get("/jobs/689174694b4dbdd4ab3d28c9/video", own(cookie));

    expect({ status, location: headers.location }).toEqual({ status: 302, location });
    expect(asked).toHaveLength(1);
  });

  it("has the API's answer, and neither its cookies nor its permissions", async () => {
    const cookie = await openPage();
    answer = (response) =>
      response
        .writeHead(429, {
          "content-type": "application/problem+json",
          "retry-after": "3",
          "set-cookie": "a=b",
          "access-control-allow-origin": "*",
          "content-security-policy": "default-src *",
        })
        .end('{"title":"slow down"}');

    const { status, headers, body } = await get("/jobs", own(cookie));

    expect({ status, body }).toEqual({ status: 429, body: '{"title":"slow down"}' });
    expect(headers["retry-after"]).toBe("3");
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["set-cookie"]).toBeUndefined();
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("breaks off where it is longer than API Gateway's longest", async () => {
    const cookie = await openPage();
    answer = (response) => response.writeHead(200).end(Buffer.alloc(10 * 1024 * 1024 + 1));

    await expect(get("/jobs", own(cookie))).rejects.toThrow();
  });

  it("breaks off where the API's does", async () => {
    const cookie = await openPage();
    answer = (response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
      setImmediate(() => response.destroy());
    };

    await expect(get("/jobs", own(cookie))).rejects.toThrow();
  });

  it("is 502 where the API cannot be reached or nothing can be signed, and the person is told", async () => {
    const refused = new Error("the SSO session has expired");
    await server.close();
    server = await start({ sign: () => Promise.reject(refused) });
    const { status, body } = await get("/jobs", own(await openPage()));

    expect(status).toBe(502);
    expect(body).not.toContain("SSO");
    expect(onFailure).toHaveBeenCalledExactlyOnceWith(refused);
  });
});

describe("the port", () => {
  it("that is taken is told with what to do", async () => {
    const port = Number(new URL(server.origin).port);

    await expect(start({ sign }, apiUrl, port)).rejects.toThrow(
      new UsageError(`port ${port} cannot be used (EADDRINUSE): take another --port`),
    );
  });
});
