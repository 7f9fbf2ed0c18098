import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startApi, UnsupportedApi } from "../../src/api-gateway/api-server.ts";
import type { LocalServer } from "../../src/http/local-server.ts";
import { FunctionError, RequestTooLargeException } from "../../src/lambda/function-error.ts";
import type { ApiRoute } from "../../src/template/assembly.ts";

const route = (method: string, path: string, timeoutMs = 5_000): ApiRoute => ({
  method,
  path,
  functionArn: `arn:${method} ${path}`,
  timeoutMs,
});

const API = {
  id: "api",
  routes: [
    route("GET", "/jobs/{id}"),
    route("GET", "/jobs/all"),
    route("GET", "/jobs/{id}/video"),
    route("POST", "/jobs"),
    route("GET", "/slow", 20),
  ],
};

const invoke = vi.fn<(functionArn: string, event: unknown) => Promise<unknown>>();
const readEvents = vi.fn(async (after: number) => ({ events: [{ id: "e" }], next: after + 1 }));
const onFault = vi.fn();
let server: LocalServer;

beforeEach(async () => {
  vi.resetAllMocks();
  invoke.mockResolvedValue({ statusCode: 200, body: "fine" });
  readEvents.mockImplementation(async (after) => ({ events: [{ id: "e" }], next: after + 1 }));
  server = await startApi({ api: API, invoke, readEvents, onFault });
});

afterEach(() => server.close());

const ask = (path: string, init?: RequestInit) => fetch(server.endpoint + path, init);

/** Sends headers that fetch would not, and a path that it would mend. */
async function askRaw(path: string, headers: string[], method = "GET", body = "") {
  const { hostname, port } = new URL(server.endpoint);
  const { promise, resolve, reject } = Promise.withResolvers<{ status?: number; body: string }>();
  const request = httpRequest(
    { hostname, port, method, path, headers, agent: false },
    async (response) => {
      const body = await text(response);
      resolve({ ...(response.statusCode && { status: response.statusCode }), body });
    },
  );
  request.on("error", reject).end(body);
  return promise;
}

const host = () => ["Host", new URL(server.endpoint).host];
const seen = () => invoke.mock.lastCall?.[1];

describe("a request", () => {
  test("reaches the function of its route, in payload format 2.0", async () => {
    const response = await ask("/jobs?dry=1&tag=a&tag=b%20c", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Twice": "1", "User-Agent": "test" },
      body: '{"videoModelId":"ä"}',
    });

    expect(await response.text()).toBe("fine");
    expect(invoke).toHaveBeenCalledExactlyOnceWith("arn:POST /jobs", expect.anything());
    expect(seen()).toEqual({
      version: "2.0",
      routeKey: "POST /jobs",
      rawPath: "/jobs",
      rawQueryString: "dry=1&tag=a&tag=b%20c",
      headers: expect.objectContaining({ "content-type": "application/json", "x-twice": "1" }),
      queryStringParameters: { dry: "1", tag: "a,b c" },
      requestContext: {
        accountId: "000000000000",
        apiId: "api",
        domainName: new URL(server.endpoint).host,
        domainPrefix: "api",
        http: {
          method: "POST",
          path: "/jobs",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "test",
        },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        routeKey: "POST /jobs",
        stage: "$default",
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"videoModelId":"ä"}',
      isBase64Encoded: false,
    });
  });

  test("has the variables of its path decoded, and what cannot be decoded as it was sent", async () => {
    await ask("/jobs/a%20b");
    const decoded = seen();
    await askRaw("/jobs/%zz", host());
    const raw = seen();

    expect(decoded).toMatchObject({ pathParameters: { id: "a b" }, rawPath: "/jobs/a b" });
    expect(raw).toMatchObject({ pathParameters: { id: "%zz" }, rawPath: "/jobs/%zz" });
  });

  test("has no body, query, parameters or cookies where it was sent none", async () => {
    await ask("/jobs/all");

    expect(seen()).toMatchObject({ routeKey: "GET /jobs/all", isBase64Encoded: false });
    for (const field of ["body", "queryStringParameters", "pathParameters", "cookies"]) {
      expect(seen()).not.toHaveProperty(field);
    }
  });

  test("has headers of one name joined, its cookies apart, and none between two hops", async () => {
    await askRaw("/jobs/all", [...host(), "X-A", "1", "x-a", "2", "Cookie", "a=1; b=2", "TE", "x"]);

    expect(seen()).toMatchObject({ cookies: ["a=1", "b=2"], headers: { "x-a": "1,2" } });
    expect(seen()).not.toHaveProperty("headers.cookie");
    expect(seen()).not.toHaveProperty("headers.te");
  });

  test.each([
    ["application/octet-stream", "aGk=", true],
    ["application/x-www-form-urlencoded", "aGk=", true],
    ["application/problem+json", "hi", false],
    ["text/plain", "hi", false],
  ])("with a body of type %s is handed on as %s", async (type, body, isBase64Encoded) => {
    await askRaw("/jobs", [...host(), "Content-Type", type], "POST", "hi");

    expect(seen()).toMatchObject({ body, isBase64Encoded });
  });

  test("without a content type has its body as text", async () => {
    await askRaw("/jobs", host(), "POST", "hi");

    expect(seen()).toMatchObject({ body: "hi", isBase64Encoded: false });
  });
});

describe("a request that no route is for", () => {
  test.each([
    ["GET", "/"],
    ["GET", "/jobs"],
    ["GET", "/jobs/"],
    ["GET", "/jobs/1/"],
    ["GET", "/jobs//video"],
    ["DELETE", "/jobs/1"],
    ["OPTIONS", "/jobs"],
    ["HEAD", "/jobs/1"],
  ])("%s %s is not found", async (method, path) => {
    const response = await ask(path, { method });

    expect(response.status).toBe(404);
    if (method !== "HEAD") expect(await response.json()).toEqual({ message: "Not Found" });
    expect(invoke).not.toHaveBeenCalled();
  });
});

describe("a request under another host's name", () => {
  test.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "x@localhost"])(
    "%s is refused",
    async (name) => {
      const response = await askRaw("/jobs/all", ["Host", name]);

      expect(response).toEqual({ status: 403, body: '{"message":"Forbidden"}' });
      expect(invoke).not.toHaveBeenCalled();
    },
  );

  test("is served as localhost", async () => {
    const { port } = new URL(server.endpoint);

    expect(await askRaw("/jobs/all", ["Host", `localhost:${port}`])).toMatchObject({ status: 200 });
  });
});

describe("a request that a web page makes its visitor's browser send", () => {
  test.each([
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://localhost:3000",
  ])("from %s is refused", async (origin) => {
    const response = await askRaw("/jobs", [...host(), "Origin", origin], "POST");

    expect(response.status).toBe(403);
    expect(invoke).not.toHaveBeenCalled();
  });

  test.each(["127.0.0.1", "localhost"])("from the API itself, as %s, is served", async (name) => {
    const { port } = new URL(server.endpoint);
    const headers = [...host(), "Origin", `http://${name}:${port}`];

    expect(await askRaw("/jobs", headers, "POST")).toMatchObject({ status: 200 });
  });
});

describe("a body", () => {
  test("of 6 MB is passed on", async () => {
    const response = await ask("/jobs", { method: "POST", body: "x".repeat(6 * 1024 * 1024) });

    expect(response.status).toBe(200);
  });

  test("that is declared larger is refused before any of it was sent", async () => {
    const headers = [...host(), "Content-Length", String(10 * 1024 * 1024)];

    expect(await askRaw("/jobs", headers, "POST")).toMatchObject({ status: 413 });
    expect(invoke).not.toHaveBeenCalled();
  });

  test("of a byte more is refused, however it comes", async () => {
    const body = new Blob(["x".repeat(6 * 1024 * 1024 + 1)]).stream();
    const response = await ask("/jobs", { method: "POST", body, duplex: "half" });

    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: "Request Entity Too Large" });
    expect(invoke).not.toHaveBeenCalled();
  });
});

describe("a function's result", () => {
  test("is the answer with its status, headers and cookies", async () => {
    invoke.mockResolvedValue({
      statusCode: 202,
      headers: { Location: "/jobs/1", "Retry-After": 5 },
      cookies: ["a=1", "b=2"],
      body: '{"ok":true}',
    });

    const response = await ask("/jobs/1");

    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe("/jobs/1");
    expect(response.headers.get("retry-after")).toBe("5");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await response.json()).toEqual({ ok: true });
  });

  test("may be that nothing has changed, by the tag that the client has named", async () => {
    invoke.mockResolvedValue({ statusCode: 304, headers: { etag: 'W/"1"' } });

    const response = await ask("/jobs/all", { headers: { "If-None-Match": 'W/"1"' } });

    expect(seen()).toMatchObject({ headers: { "if-none-match": 'W/"1"' } });
    expect(response.status).toBe(304);
    expect(response.headers.get("etag")).toBe('W/"1"');
    expect(await response.text()).toBe("");
  });

  test("is decoded from Base64 when it says so", async () => {
    invoke.mockResolvedValue({ statusCode: 200, body: "/w==", isBase64Encoded: true });

    const response = await ask("/jobs/1");

    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([255]));
  });

  test.each([
    ["text", "text"],
    [{ a: 1 }, '{"a":1}'],
    [null, "null"],
  ])("without a status code is the body of a 200: %j", async (result, body) => {
    invoke.mockResolvedValue(result);

    const response = await ask("/jobs/1");

    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      200,
      "application/json",
      body,
    ]);
  });

  test.each([
    [{ statusCode: "200" }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: { a: 1 } }],
    [{ statusCode: 200, headers: { "x-a": "1\r\nx-b: 2" } }],
    [{ statusCode: 200, headers: { "x a": "1" } }],
    [{ statusCode: 200, cookies: ["a\nb"] }],
  ])("that cannot be sent is a 500: %j", async (result) => {
    invoke.mockResolvedValue(result);

    const response = await ask("/jobs/1");

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: "Internal Server Error" });
    expect(onFault).toHaveBeenCalledWith(expect.objectContaining({ name: "MalformedAnswer" }));
  });
});

describe("a function that fails", () => {
  const failure = (errorType: string) =>
    new FunctionError({ errorType, errorMessage: "secret", trace: [] });

  test.each([
    [failure("TypeError"), 500, "Internal Server Error"],
    [failure("Sandbox.Timedout"), 503, "Service Unavailable"],
    [new RequestTooLargeException("6 MB"), 413, "Request Entity Too Large"],
  ])("by %s is answered with %i and nothing of the error", async (error, status, message) => {
    invoke.mockRejectedValue(error);

    const response = await ask("/jobs/1");

    expect(response.status).toBe(status);
    expect(await response.text()).toBe(JSON.stringify({ message }));
    expect(onFault).toHaveBeenCalledExactlyOnceWith(error);
  });

  test("to answer within the integration's timeout is unavailable", async () => {
    invoke.mockReturnValue(new Promise(() => {}));

    const response = await ask("/slow");

    expect(response.status).toBe(503);
    expect(onFault).toHaveBeenCalledWith(expect.objectContaining({ name: "IntegrationTimeout" }));
  });
});

describe("GET /_local/events", () => {
  test.each([
    ["", 0],
    ["?after=7", 7],
  ])("%s shows the events after that many", async (query, after) => {
    const response = await ask(`/_local/events${query}`);

    expect(await response.json()).toEqual({ events: [{ id: "e" }], next: after + 1 });
    expect(readEvents).toHaveBeenCalledExactlyOnceWith(after);
  });

  test.each(["-1", "x", "1.5", ""])("refuses ?after=%s", async (after) => {
    const response = await ask(`/_local/events?after=${after}`);

    expect(response.status).toBe(400);
  });

  test("is for reading alone", async () => {
    expect((await ask("/_local/events", { method: "POST" })).status).toBe(404);
  });
});

test("a client that leaves in the middle of its body does no harm", async () => {
  const { hostname, port } = new URL(server.endpoint);
  const request = httpRequest({
    hostname,
    port,
    path: "/jobs",
    method: "POST",
    headers: { "content-length": 10 },
  });
  const closed = new Promise((resolve) => request.on("close", resolve).on("error", () => {}));
  request.write("half", () => request.destroy());
  await closed;

  expect((await ask("/jobs/1")).status).toBe(200);
});

test("an API with cross-origin rules is refused", async () => {
  const starting = startApi({ api: { ...API, cors: {} }, invoke, readEvents, onFault });

  await expect(starting).rejects.toThrow(UnsupportedApi);
});

describe("what stands in front of the API", () => {
  test("answers what it takes, and leaves the rest to the API", async () => {
    await server.close();
    server = await startApi({
      api: API,
      invoke,
      readEvents,
      onFault,
      async front(message, response) {
        if (message.url !== "/") return false;
        response.end("the page");
        return true;
      },
    });

    expect(await (await ask("/")).text()).toBe("the page");
    expect(await (await ask("/jobs/all")).text()).toBe("fine");
    expect(invoke).toHaveBeenCalledOnce();
  });

  test("does not see what the guard refuses", async () => {
    const front = vi.fn(async () => false);
    await server.close();
    server = await startApi({ api: API, invoke, readEvents, onFault, front });

    expect((await ask("/", { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect(front).not.toHaveBeenCalled();
  });
});
