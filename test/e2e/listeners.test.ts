import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { synthesize } from "#local/stack/synthesize.ts";
import { CAN_LIST_LISTENERS, type Listener, listenersOf } from "#test/support/listeners.ts";
import { startServing } from "./serving-process.ts";

const SIMULATOR = fileURLToPath(
  new URL("../../packages/akool-simulator/src/main.ts", import.meta.url),
);

/** API, DynamoDB, S3, SQS, EventBridge and Step Functions. */
const LISTENERS_OF_SERVE = 6;

interface Answer {
  status: number | undefined;
  allowedOrigin: string | undefined;
  body: string;
}

async function ask(port: number, method: string, headers: Record<string, string>): Promise<Answer> {
  const sent = request({ host: "127.0.0.1", port, method, path: "/", headers, agent: false });
  sent.end(method === "POST" ? "{}" : undefined);
  const [response] = await once(sent, "response");
  const allowed = response.headers["access-control-allow-origin"];
  return { status: response.statusCode, allowedOrigin: allowed, body: await text(response) };
}

const REFUSED: Answer = { status: 403, allowedOrigin: undefined, body: '{"message":"Forbidden"}' };

/** What a web page from elsewhere may have its visitor's browser say. */
function foreign(port: number): Record<string, string>[] {
  const own = `127.0.0.1:${port}`;
  return [
    { host: own, origin: "https://evil.example" },
    { host: own, origin: "null" },
    { host: own, origin: "file://" },
    { host: own, origin: "http://127.0.0.1.evil.example" },
    { host: own, origin: `http://localhost.evil.example:${port}` },
    { host: own, origin: `https://127.0.0.1:${port}` },
    { host: own, origin: "http://localhost:3000" },
    { host: own, origin: "http://localhost" },
    { host: own, origin: `http://127.0.0.1:${port === 65_535 ? 1 : port + 1}` },
    { host: `localhost:${port}`, origin: "http://localhost:3000" },
    { host: "evil.example" },
    { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
    { host: `127.0.0.1.nip.io:${port}` },
    { host: `rebound.localhost:${port}` },
    { host: `localhost.:${port}` },
    { host: `0.0.0.0:${port}` },
  ];
}

const PREFLIGHT = {
  "access-control-request-method": "POST",
  "access-control-request-headers": "x-amz-target,authorization,content-type",
};

/** So that the request would be worth something if it came through. */
const AS_AN_SDK = {
  "content-type": "application/x-amz-json-1.0",
  "x-amz-target": "DynamoDB_20120810.ListTables",
  authorization:
    "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
};

async function expectGuarded({ port, loopback }: Listener): Promise<void> {
  expect(loopback, `port ${port} is of this machine alone`).toBe(true);
  for (const headers of foreign(port)) {
    const told = `port ${port}, ${JSON.stringify(headers)}`;
    expect(await ask(port, "GET", headers), told).toEqual(REFUSED);
    expect(await ask(port, "POST", { ...AS_AN_SDK, ...headers }), told).toEqual(REFUSED);
    expect(await ask(port, "OPTIONS", { ...PREFLIGHT, ...headers }), told).toEqual(REFUSED);
  }
}

describe.skipIf(!CAN_LIST_LISTENERS)("no listener answers a web page from elsewhere", () => {
  let data: string;
  let akool: AkoolSimulator;

  beforeAll(async () => {
    await synthesize();
    data = await mkdtemp(join(tmpdir(), "listeners-"));
    akool = await startAkoolSimulator();
  });
  afterAll(async () => {
    await akool.close();
    await rm(data, { recursive: true });
  });

  it("of serve, whatever listens there", async () => {
    const serving = startServing(data, akool.baseUrl);
    try {
      const { api, s3, console: page } = await serving.ready();
      const listeners = listenersOf(serving.pid ?? 0);
      expect(listeners).toHaveLength(LISTENERS_OF_SERVE);
      for (const listener of listeners) await expectGuarded(listener);

      const apiPort = Number(new URL(api).port);
      for (const { port } of listeners) {
        // Another of its own ports is another origin, too. The one exception only reads: the
        // API's links to videos lead to S3.
        const headers = { origin: api, ...AS_AN_SDK };
        if (port !== apiPort) expect(await ask(port, "POST", headers), `${port}`).toEqual(REFUSED);
        const reads = [apiPort, Number(new URL(s3).port)].includes(port);
        if (!reads) expect(await ask(port, "GET", { origin: api }), `${port}`).toEqual(REFUSED);
      }
      // Its own page is let in, with the cookie that it exchanges its token for.
      const health = (headers: Record<string, string>) =>
        fetch(`${api}/health`, { headers: { origin: api, ...headers } });
      expect((await health({})).status).toBe(401);
      const { token } = Object.fromEntries(new URLSearchParams(new URL(page).hash.slice(1)));
      const exchanged = await fetch(`${api}/_console/session`, {
        method: "POST",
        headers: { origin: api, "content-type": "application/json" },
        body: JSON.stringify({ token }),
      });
      const [cookie = ""] = (exchanged.headers.get("set-cookie") ?? "").split(";");
      expect((await health({ cookie })).status).toBe(200);
      expect((await health({ cookie, origin: "https://evil.example" })).status).toBe(403);
    } finally {
      await serving.stop();
    }
  });

  it("of the simulator as a command", async () => {
    const child = spawn(process.execPath, [SIMULATOR, "--port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(createInterface({ input: child.stdout }), "line");
      const listeners = listenersOf(child.pid ?? 0);
      expect(listeners).toHaveLength(1);
      for (const listener of listeners) await expectGuarded(listener);
    } finally {
      child.kill("SIGINT");
      await once(child, "close");
    }
  });
});

it.skipIf(CAN_LIST_LISTENERS)("cannot ask this system for the listeners of a process", (context) =>
  context.skip("there is no /proc/net/tcp: run this test on Linux"),
);
