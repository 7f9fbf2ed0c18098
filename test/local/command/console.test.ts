import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApi } from "@akool-archiver/local-aws/api-gateway/api-server.ts";
import type { LocalServer } from "@akool-archiver/local-aws/http/local-server.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenConsole, openConsole } from "#local/command/console.ts";

const S3 = "http://127.0.0.1:9000";

let data: string;
let servers: LocalServer[];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "console-"));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.close();
  await rm(data, { recursive: true });
});

/** The console in front of an API without routes. */
async function served(webhookUrl?: string) {
  let endpoint = "";
  const page: OpenConsole = await openConsole({
    files: new Map([
      [
        "/index.html",
        { path: "/index.html", contentType: "text/html", body: Buffer.from("the page") },
      ],
    ]),
    data,
    places: Promise.resolve({ s3Endpoint: S3, webhookUrl }),
    endpoint: () => endpoint,
  });
  const server = await startApi({
    api: { id: "api", routes: [] },
    invoke: async () => undefined,
    readEvents: async () => ({ events: [], next: 0 }),
    onFault: () => {},
    front: page.front,
  });
  servers.push(server);
  endpoint = server.endpoint;
  return { endpoint, page };
}

async function cookieOf(endpoint: string, address: string): Promise<string> {
  const response = await fetch(`${endpoint}/_console/session`, {
    method: "POST",
    headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
    body: JSON.stringify({ token: address.split("#token=")[1] }),
  });
  expect(response.status).toBe(200);
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

const settingsFor = (endpoint: string, cookie: string) =>
  fetch(`${endpoint}/console.json`, { headers: { cookie, "sec-fetch-site": "same-origin" } });

describe("the console in front of the API", () => {
  it("serves the page, which may play from the S3 emulator", async () => {
    const { endpoint } = await served();
    const response = await fetch(endpoint);

    expect(await response.text()).toBe("the page");
    expect(response.headers.get("content-security-policy")).toContain(`media-src 'self' ${S3};`);
  });

  it("opens by its address, and tells where webhooks come in", async () => {
    const webhook = "http://127.0.0.1:8787/webhooks/akool";
    const { endpoint, page } = await served(webhook);
    expect(page.address().startsWith(`${endpoint}/#token=`)).toBe(true);

    const settings = await settingsFor(endpoint, await cookieOf(endpoint, page.address()));
    expect(await settings.json()).toEqual({
      kind: "local",
      name: "this machine",
      webhookUrl: webhook,
    });
  });

  it("leaves everything else to the API, and refuses other origins before all", async () => {
    const { endpoint } = await served();

    expect((await fetch(`${endpoint}/unknown`)).status).toBe(404);
    const foreign = await fetch(endpoint, { headers: { origin: "https://evil.example" } });
    expect(foreign.status).toBe(403);
  });

  it("finds an open page's cookie valid after a restart, by a key that only its user reads", async () => {
    const first = await served();
    const cookie = await cookieOf(first.endpoint, first.page.address());
    const second = await served();

    expect((await settingsFor(second.endpoint, cookie)).status).toBe(200);
    expect((await stat(join(data, "console-key"))).mode & 0o777).toBe(0o600);
  });

  it("does without a key that was cut", async () => {
    await writeFile(join(data, "console-key"), "abcd");
    const { endpoint, page } = await served();
    const cookie = await cookieOf(endpoint, page.address());

    expect((await settingsFor(endpoint, cookie)).status).toBe(200);
    expect(await readFile(join(data, "console-key"), "utf8")).toBe("abcd");
  });

  it("cannot be opened where the key cannot be kept", async () => {
    await rm(data, { recursive: true });
    await expect(served()).rejects.toThrow("ENOENT");
    data = await mkdtemp(join(tmpdir(), "console-"));
  });
});
