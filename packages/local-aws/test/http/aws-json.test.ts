import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveAwsJson } from "../../src/http/aws-json.ts";
import { type LocalServer, portOf } from "../../src/http/local-server.ts";

let server: LocalServer;

beforeAll(async () => {
  server = await serveAwsJson({
    targetPrefix: "Test",
    protocol: "1.0",
    maxBodyBytes: 100,
    operations: { Echo: async (body) => ({ body }) },
  });
});

afterAll(() => server.close());

function post(target: string, body: string, path = "/") {
  const headers = { "x-amz-target": target };
  return fetch(server.endpoint + path, { method: "POST", headers, body });
}

test("a known operation is answered in its protocol", async () => {
  const answer = await post("Test.Echo", '{"a":1}');

  expect(answer.headers.get("content-type")).toBe("application/x-amz-json-1.0");
  expect(await answer.json()).toEqual({ body: { a: 1 } });
});

test.each([
  ["another service's operation", "Other.Echo", "{}", "/", "UnknownOperationException", 400],
  ["an inherited name", "Test.toString", "{}", "/", "UnknownOperationException", 400],
  ["no operation", "Test", "{}", "/", "UnknownOperationException", 400],
  ["another path", "Test.Echo", "{}", "/x", "UnknownOperationException", 400],
  ["a body that is no JSON", "Test.Echo", "{", "/", "SerializationException", 400],
  ["a body too long", "Test.Echo", "x".repeat(101), "/", "RequestEntityTooLargeException", 413],
])("%s is refused", async (_what, target, body, path, type, status) => {
  const answer = await post(target, body, path);

  expect(await answer.json()).toMatchObject({ __type: type });
  expect(answer.status).toBe(status);
});

test("another method is refused", async () => {
  const answer = await fetch(server.endpoint, { headers: { "x-amz-target": "Test.Echo" } });

  expect(await answer.json()).toMatchObject({ __type: "UnknownOperationException" });
});

test("only the loopback interface is served", () => {
  expect(new URL(server.endpoint).hostname).toBe("127.0.0.1");
});

test("a port that is taken is reported", async () => {
  const port = Number(new URL(server.endpoint).port);
  const second = { targetPrefix: "T", protocol: "1.0", maxBodyBytes: 1, operations: {} } as const;

  await expect(serveAwsJson({ ...second, port })).rejects.toMatchObject({
    name: "PortInUse",
    cause: { code: "EADDRINUSE" },
  });
});

test("an idle connection stays open: its client may be busy for longer than any time-out", async () => {
  const answer = await fetch(server.endpoint, { headers: { "x-amz-target": "Test.Echo" } });

  expect(answer.headers.get("connection")).toBe("keep-alive");
  expect(answer.headers.get("keep-alive")).toBeNull();
});

test("closing does not wait for clients that keep their connections", async () => {
  const other = await serveAwsJson({
    targetPrefix: "T",
    protocol: "1.0",
    maxBodyBytes: 1,
    operations: {},
  });
  const socket = connect(Number(new URL(other.endpoint).port), "127.0.0.1");
  const ended = new Promise((resolve) => socket.on("close", resolve).on("error", () => {}));
  socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n");

  await other.close();

  await ended;
});

test.each([null, "/run/socket"])("%s is no TCP address", (address) => {
  expect(() => portOf(address)).toThrow(TypeError);
});
