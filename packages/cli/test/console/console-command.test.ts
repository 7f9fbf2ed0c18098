import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { consoleFiles } from "../../src/console/console-files.ts";
import { type Deployed, STACK, serveDeployed, wellDeployed } from "../deployed.ts";
import { command } from "../in-process.ts";
import { rawRequest } from "./raw-request.ts";

const files = vi.hoisted(() => ({ missing: false }));
vi.mock(import("../../src/console/console-files.ts"), async (original) => {
  const { consoleFiles: real } = await original();
  const body = Buffer.from("page");
  const page = { path: "/index.html", contentType: "text/html", body };
  return {
    consoleFiles: async (base?: string) =>
      base === undefined && !files.missing ? new Map([[page.path, page]]) : real(base),
  };
});

let deployed: Deployed;
let served: Awaited<ReturnType<typeof serveDeployed>>;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "console-"));
  deployed = wellDeployed();
  served = await serveDeployed(deployed);
  files.missing = false;
});
afterEach(async () => {
  await served.close();
  await rm(directory, { recursive: true });
});

const stack = ["--stack", STACK, "--region", "us-east-1"];

/** Runs the command until `work` is done with the address that it has printed. */
async function opened(
  args: readonly string[],
  work: (address: URL) => Promise<void>,
  environment: Record<string, string> = {},
) {
  const interruption = new AbortController();
  const printed = Promise.withResolvers<string>();
  const around = {
    interrupted: interruption.signal,
    onOut: (text: string) => printed.resolve(text),
  };
  const ran = command(["console", "--port", "0", "--no-open", ...args], environment, "", around);
  const first = await Promise.race([printed.promise, ran.then(({ error }) => error)]);
  const address = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(first)?.[0];
  try {
    if (address === undefined) throw new Error(first);
    await work(new URL(address));
  } finally {
    interruption.abort();
  }
  return ran;
}

async function cookieOf(address: URL): Promise<string> {
  const body = JSON.stringify({ token: address.hash.replace("#token=", "") });
  const headers = { "content-type": "application/json", "content-length": `${body.length}` };
  const answer = await rawRequest(address.origin, "POST", "/_console/session", headers, body);
  return String(answer.headers["set-cookie"]?.[0]).split(";")[0] ?? "";
}

describe("akool-archiver console", () => {
  it("serves the page, and signs what it asks of the stack's API, until it is interrupted", async () => {
    let origin = "";
    const { code, error } = await opened(stack, async (address) => {
      origin = address.origin;
      const cookie = await cookieOf(address);
      const page = await rawRequest(origin, "GET", "/");
      expect(page.body).toBe("page");
      const jobs = await rawRequest(origin, "GET", "/jobs?limit=1", { cookie });
      expect(jobs).toMatchObject({ status: 200, body: '{"jobs":[]}' });
      const settings = await rawRequest(origin, "GET", "/console.json", { cookie });
      expect(JSON.parse(settings.body)).toEqual({
        kind: "stack",
        name: STACK,
        webhookUrl: expect.stringContaining("/webhooks/akool"),
      });
    });

    expect(code).toBe(0);
    expect(error).toContain("The console is open. For another browser: http://127.0.0.1:");
    const sent = served.calls.find(({ path }) => path === "/jobs?limit=1");
    expect(sent?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//);
    await expect(rawRequest(origin, "GET", "/")).rejects.toThrow("ECONNREFUSED");
  });

  it("lets it play from the bucket of the outputs, or from where a link leads", async () => {
    const policies: unknown[] = [];
    const policy = async (address: URL) => {
      const { headers } = await rawRequest(address.origin, "GET", "/");
      policies.push(/media-src[^;]*/.exec(String(headers["content-security-policy"]))?.[0]);
    };
    deployed.outputs = { BucketName: "videos" };
    await opened(stack, policy);
    deployed.outputs = {};
    await opened(stack, policy);
    deployed.jobs = [{ videoModelId: "689174694b4dbdd4ab3d28c9" }];
    deployed.answers["GET /jobs/689174694b4dbdd4ab3d28c9/video"] = {
      status: 200,
      body: { url: "https://elsewhere.example/a?signature=s", expiresAt: "2026-11-27T00:00:00Z" },
    };
    await opened(stack, async (address) => {
      await policy(address);
      await policy(address);
    });

    expect(policies).toEqual([
      "media-src 'self' https://videos.s3.us-east-1.amazonaws.com",
      "media-src 'self'",
      "media-src 'self' https://elsewhere.example",
      "media-src 'self' https://elsewhere.example",
    ]);
    expect(served.calls.filter(({ path }) => path.startsWith("/jobs?status"))).toHaveLength(2);
  });

  it("takes an address with a token, and tells what keeps the page from its answers", async () => {
    const { error } = await opened(
      ["--url", "http://127.0.0.1:9"],
      async (address) => {
        const cookie = await cookieOf(address);
        const { status } = await rawRequest(address.origin, "GET", "/jobs", { cookie });
        expect(status).toBe(502);
      },
      { AKOOL_ARCHIVER_TOKEN: "jwt" },
    );

    expect(error).toMatch(/fetch failed|ECONNREFUSED/);
  });

  it("prints one JSON object for programs", async () => {
    const { json, error } = await opened([...stack, "--json", "--quiet"], async () => {});

    expect(json()).toEqual([{ type: "ready", url: expect.stringContaining("#token=") }]);
    expect(error).toBe("");
  });

  it("opens a browser for a person at a terminal", async () => {
    const interruption = new AbortController();
    const browser = join(directory, "browser");
    const noted = join(directory, "noted");
    await writeFile(browser, `#!/bin/sh\ntouch ${noted}\n`, { mode: 0o755 });
    const ran = command(["console", "--port", "0", ...stack], { BROWSER: browser }, "", {
      terminal: true,
      interrupted: interruption.signal,
    });
    const { access } = await import("node:fs/promises");
    await vi.waitFor(() => access(noted), { timeout: 30_000 });
    interruption.abort();

    expect((await ran).code).toBe(0);
  });

  it.each([
    [["--port", "x"], '--port wants a number from 0 to 65535, not "x"'],
    [["--port", "70000"], "--port wants a number"],
  ])("refuses %j", async (args, message) => {
    expect(await command(["console", ...stack, ...args])).toMatchObject({
      code: 2,
      error: expect.stringContaining(message),
    });
  });
});

describe("the archiver on this machine", () => {
  async function answering(listener: RequestListener, work: (url: string) => Promise<void>) {
    const server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.closeAllConnections();
    server.close();
  }

  it("gives out an address of the console that it serves itself", async () => {
    const address = "http://127.0.0.1:8787/#token=t";
    await answering(
      (request, response) => {
        const isAsked = request.method === "POST" && request.url === "/_console/links";
        response.writeHead(isAsked ? 200 : 500).end(JSON.stringify({ url: address }));
      },
      async (url) => {
        const { code, out } = await command(["console", "--local", url]);
        expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(address) });
      },
    );
  });

  it("that is not there, or has no console, is told", async () => {
    expect(await command(["console", "--local", "http://127.0.0.1:9"])).toMatchObject({
      code: 2,
      error: expect.stringContaining("start it: npm start -- serve"),
    });
    await answering(
      (_, response) => response.writeHead(404).end('{"message":"Not Found"}'),
      async (url) => {
        const { code, error } = await command(["console", "--local", url]);
        expect({ code, error }).toEqual({
          code: 2,
          error: expect.stringContaining("has no console"),
        });
      },
    );
  });
});

describe("the page's files", () => {
  it("lie beside the packed command, or where the repository builds them", async () => {
    await mkdir(join(directory, "dist/console"), { recursive: true });
    await writeFile(join(directory, "dist/console/index.html"), "packed");
    const packed = await consoleFiles(
      pathToFileURL(join(directory, "dist/akool-archiver.js")).href,
    );
    expect(packed.get("/index.html")?.body.toString()).toBe("packed");
  });

  it("that were not built are told with what to do", async () => {
    const base = pathToFileURL(join(directory, "a/b/c/d.ts")).href;

    await expect(consoleFiles(base)).rejects.toThrow("npm run build --workspace");
  });
});
