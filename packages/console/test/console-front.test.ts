import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBrowserSession } from "../src/browser-session.ts";
import { consoleFront } from "../src/console-front.ts";
import type { StaticFile } from "../src/static-files.ts";

const MEDIA = "http://127.0.0.1:9000";
const OWN = { "sec-fetch-site": "same-origin" };

let server: Server;
let origin: string;

const file = (path: string, contentType: string): [string, StaticFile] => [
  path,
  { path, contentType, body: Buffer.from(`the file ${path}`) },
];

beforeEach(async () => {
  const session = createBrowserSession({ key: new Uint8Array(32), now: Date.now });
  const front = consoleFront({
    files: new Map([
      file("/index.html", "text/html; charset=utf-8"),
      file("/assets/a-1.js", "text/javascript; charset=utf-8"),
    ]),
    session,
    origin: () => origin,
    origins: async () => ({ media: [MEDIA] }),
    settings: async () => ({ kind: "local", name: "this machine" }),
  });
  server = createServer(async (request, response) => {
    if (!(await front(request, response))) response.end("the API");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function newToken(): Promise<string> {
  const response = await fetch(`${origin}/_console/links`, { method: "POST" });
  const { url } = (await response.json()) as { url: string };
  expect(url.startsWith(`${origin}/#token=`)).toBe(true);
  return url.slice(url.indexOf("=") + 1);
}

async function exchange(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${origin}/_console/session`, {
    method: "POST",
    headers: { "content-type": "application/json", ...OWN, ...headers },
    body,
  });
}

async function signedIn(): Promise<Record<string, string>> {
  const response = await exchange(JSON.stringify({ token: await newToken() }));
  expect(response.status).toBe(200);
  return { ...OWN, cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "" };
}

describe("the files", () => {
  it("are served to anyone, with their type and policy", async () => {
    const page = await fetch(`${origin}/`, { headers: { "sec-fetch-site": "cross-site" } });

    expect(await page.text()).toBe("the file /index.html");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain(`media-src 'self' ${MEDIA}`);
    expect((await fetch(`${origin}/assets/a-1.js?x`)).headers.get("cache-control")).toContain(
      "immutable",
    );
  });

  it("have heads, too", async () => {
    const head = await fetch(`${origin}/`, { method: "HEAD" });

    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
  });

  it.each(["/assets", "/assets/../index.html", "/index.htm", "/%2e%2e/package.json"])(
    "are no others: %s is the API's",
    async (path) => {
      const response = await fetch(origin + path.replace("/../", "/%2e%2e/"));

      expect(await response.text()).toMatch(/the API|the file \/index/);
    },
  );

  it("are not written to", async () => {
    expect(await (await fetch(`${origin}/`, { method: "POST" })).text()).toBe("the API");
  });
});

describe("a browser", () => {
  it("gets nothing of the API without the cookie", async () => {
    for (const path of ["/jobs", "/console.json", "/_local/events", "/unknown"]) {
      const response = await fetch(origin + path, { headers: OWN });
      expect(response.status).toBe(401);
    }
  });

  it("gets the API and the settings with it", async () => {
    const headers = await signedIn();

    expect(await (await fetch(`${origin}/jobs`, { headers })).text()).toBe("the API");
    const settings = await fetch(`${origin}/console.json`, { headers });
    expect(await settings.json()).toEqual({ kind: "local", name: "this machine" });
    expect(settings.headers.get("cache-control")).toBe("no-store");
  });

  it("gets nothing with another page's request, though the cookie comes along", async () => {
    const headers = { ...(await signedIn()), "sec-fetch-site": "same-site" };

    expect((await fetch(`${origin}/jobs`, { headers })).status).toBe(401);
  });

  it("is given no link: a page could sign itself in", async () => {
    const response = await fetch(`${origin}/_console/links`, { method: "POST", headers: OWN });

    expect(response.status).toBe(401);
  });
});

describe("the exchange", () => {
  it("works once a token", async () => {
    const body = JSON.stringify({ token: await newToken() });

    expect((await exchange(body)).status).toBe(200);
    const again = await exchange(body);
    expect(again.status).toBe(401);
    expect(again.headers.get("set-cookie")).toBeNull();
  });

  it.each(["", "{", "[]", "null", '{"token":1}', '{"token":"unknown"}', "x".repeat(2000)])(
    "refuses %j",
    async (body) => {
      expect((await exchange(body)).status).toBe(401);
    },
  );

  it("takes no form, which another page could send", async () => {
    const body = JSON.stringify({ token: await newToken() });

    expect((await exchange(body, { "content-type": "text/plain" })).status).toBe(401);
  });
});

it("a program needs no cookie", async () => {
  expect(await (await fetch(`${origin}/jobs`)).text()).toBe("the API");
});
