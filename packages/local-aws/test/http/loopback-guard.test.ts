import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { portOf } from "../../src/http/local-server.ts";
import { guardServer } from "../../src/http/loopback-guard.ts";

const API = "http://127.0.0.1:8787";

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((_, response) => void response.end("reached"));
  guardServer(server, { readableFrom: API });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = portOf(server.address());
});
afterAll(() => void server.close());

async function statusOf(method: string, headers: Record<string, string>): Promise<number> {
  const sent = request({ host: "127.0.0.1", port, method, headers, agent: false }).end();
  const [response] = await once(sent, "response");
  response.resume();
  return response.statusCode;
}

test.each(["GET", "HEAD", "POST", "PUT", "DELETE"])(
  "%s without an Origin is served",
  async (method) => {
    expect(await statusOf(method, {})).toBe(200);
  },
);

test.each([
  ["GET", 200],
  ["HEAD", 200],
  ["OPTIONS", 403],
  ["POST", 403],
  ["PUT", 403],
  ["DELETE", 403],
])("%s from pages that may read: %i", async (method, status) => {
  expect(await statusOf(method, { origin: API })).toBe(status);
  expect(await statusOf(method, { origin: API.replace("127.0.0.1", "localhost") })).toBe(status);
});

test.each(["http://127.0.0.1:8788", "https://127.0.0.1:8787", "http://evil.example:8787"])(
  "%s may not read",
  async (origin) => {
    expect(await statusOf("GET", { origin })).toBe(403);
  },
);

test("a name without a port means port 80", async () => {
  expect(await statusOf("GET", { host: "localhost", origin: "http://localhost:80" })).toBe(200);
  expect(await statusOf("GET", { host: "localhost", origin: `http://localhost:${port}` })).toBe(
    403,
  );
});
