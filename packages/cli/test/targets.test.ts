import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Deployed, STACK, serveDeployed, wellDeployed } from "./deployed.ts";
import { command } from "./in-process.ts";

let directory: string;
let deployed: Deployed;
let served: Awaited<ReturnType<typeof serveDeployed>>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "targets-"));
  deployed = wellDeployed();
  served = await serveDeployed(deployed);
});
afterEach(async () => {
  await served.close();
  await rm(directory, { recursive: true });
});

const stack = ["--stack", STACK, "--region", "us-east-1"];
const authorizations = () => served.calls.map(({ authorization }) => authorization ?? "");

describe("a stack", () => {
  it("is asked with a signature", async () => {
    const { code } = await command(["list", ...stack]);

    expect(code).toBe(0);
    expect(authorizations().at(-1)).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/execute-api\//,
    );
  });

  it("is asked with a token where there is one", async () => {
    await command(["list", ...stack], { AKOOL_ARCHIVER_TOKEN: "jwt" });

    expect(authorizations().at(-1)).toBe("Bearer jwt");
  });

  it("takes its region from the environment, or from the profile", async () => {
    const config = join(directory, "config");
    await writeFile(config, "[profile film]\nregion = eu-west-1\n");
    vi.stubEnv("AWS_CONFIG_FILE", config);
    vi.stubEnv("AWS_REGION", undefined);

    await command(["list", "--stack", STACK], { AWS_REGION: "us-west-2" });
    expect(authorizations().at(-1)).toContain("/us-west-2/execute-api/");
    const { code, error } = await command(["use", "--stack", STACK, "--profile", "film"], {
      XDG_CONFIG_HOME: directory,
    });
    expect({ code, error }).toEqual({ code: 0, error: "" });
    const without = await command(["list", "--stack", STACK]);
    expect(without).toMatchObject({ code: 2, error: expect.stringContaining("which region?") });
  });

  it("that is not there, or is another's, is told with what to do", async () => {
    deployed.stack = "missing";
    const missing = await command(["list", ...stack]);
    deployed.stack = "foreign";
    const foreign = await command(["list", ...stack]);

    expect(missing.code).toBe(2);
    expect(missing.error).toContain(`there is no stack ${STACK} in us-east-1 of this account`);
    expect(foreign.code).toBe(2);
    expect(foreign.error).toContain("it has no output ApiUrl");
  });

  it("has no events that could be read, and says how to get them", async () => {
    const { code, error } = await command(["events", ...stack]);

    expect(code).toBe(2);
    expect(error).toContain("aws events put-rule --event-bus-name bus");
  });
});

describe("what is remembered", () => {
  it.each([
    [["--local", "http://127.0.0.1:9000"], "the archiver on this machine, http://127.0.0.1:9000"],
    [["--url", "https://api.example.com/"], "the archiver at https://api.example.com"],
    [["--stack", "S"], "the stack S"],
    [
      ["--stack", "S", "--region", "eu-west-1", "--profile", "p"],
      "the stack S (eu-west-1, profile p)",
    ],
  ])("%j comes back", async (flags, words) => {
    const environment = { XDG_CONFIG_HOME: directory };
    await command(["use", ...flags], environment);

    expect((await command(["use"], environment)).out).toBe(`${words}\n`);
  });

  it("that cannot be read is this machine", async () => {
    await writeFile(join(directory, "akool-archiver"), "no folder");

    const { out } = await command(["use"], { XDG_CONFIG_HOME: directory });

    expect(out).toBe("the archiver on this machine, http://127.0.0.1:8787\n");
  });
});

describe("an import's list", () => {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, index) => `id-${index}`.padEnd(24, "x")).join("\n");
  const imported = async (name: string, text: string | Buffer, flags: readonly string[]) => {
    const file = join(directory, name);
    await writeFile(file, text);
    return command(["import", file, ...flags]);
  };
  const operations = () => served.calls.map(({ operation }) => operation);

  it("is sent as it is, or packed, as its size wants", async () => {
    await imported("a.csv", `id\n${ids(2)}`, stack);
    await imported("b.jsonl", ids(2), stack);
    await imported("c", Buffer.from([0x1f, 0x8b, 0]), stack);
    await imported("d.txt", ids(60_000), stack);

    const types = served.calls
      .filter(({ operation }) => operation === "POST /imports")
      .map(({ contentType }) => contentType);
    expect(types).toEqual([
      "text/csv",
      "application/jsonl",
      "application/gzip",
      "application/gzip",
    ]);
  });

  it("that is larger goes into the import bucket, once", async () => {
    const large = ids(200_000);
    expect(await imported("large.txt", large, stack)).toMatchObject({ code: 0 });
    const uploads = () => operations().filter((it) => it.startsWith("PUT /")).length;
    expect(uploads()).toBe(1);
    const sent = served.calls.find(({ operation }) => operation === "POST /imports")?.input ?? "";
    expect(JSON.parse(sent)).toEqual({
      source: { bucket: "imports", key: expect.stringMatching(/^imports\/[0-9a-f]{32}\.txt$/) },
    });

    deployed.uploadedBytes = large.length;
    await imported("large.txt", large, stack);
    expect(uploads()).toBe(1);
  });

  it("that is larger has no way to an archiver without a bucket", async () => {
    const { code, error } = await imported("large.txt", ids(200_000), [
      "--local",
      "http://127.0.0.1:9",
    ]);

    expect(code).toBe(2);
    expect(error).toContain("is too large to send. Put it below imports/");
  });

  it("that is empty is refused, and an address is passed on", async () => {
    expect(await imported("empty.txt", "", stack)).toMatchObject({
      code: 2,
      error: expect.stringContaining("empty.txt is empty"),
    });
    await command(["import", "s3://bucket/imports/a.csv", ...stack]);
    expect(served.calls.at(-1)?.input).toBe('{"source":"s3://bucket/imports/a.csv"}');
  });
});

describe("a person who is asked", () => {
  const create = [
    "swap",
    "create",
    "--key",
    "k",
    "--image",
    "https://a/i",
    "--video",
    "https://a/v",
  ];
  const answer = (text: string) => command([...create, ...stack], {}, text, { terminal: true });
  const created = () => served.calls.some(({ operation }) => operation === "POST /character-swaps");

  it.each(["y\n", "yes\n", "Y\n"])("says %j: it is done", async (text) => {
    const { code, error } = await answer(text);

    expect(error).toContain("up to 240 (no --duration: that of the longest video) credits");
    expect(error).toContain("Create it? [y/N] ");
    expect(code).toBe(0);
    expect(created()).toBe(true);
  });

  it.each(["n\n", "\n", "what?\n"])("says %j: nothing is done", async (text) => {
    expect((await answer(text)).error).toContain("nothing was created");
    expect(created()).toBe(false);
  });
});

describe("an address with a token", () => {
  it("gets it as a bearer token, and what it refuses is explained", async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { "content-type": "application/json" });
      response.end('{"message":"Unauthorized"}');
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const environment = { AKOOL_ARCHIVER_TOKEN: "jwt" };

    const listed = await command(["list", "--url", url], environment);
    const doctor = await command(["doctor", "--url", url], environment);
    server.close();

    expect(seen[0]).toBe("Bearer jwt");
    expect(listed.code).toBe(1);
    expect(listed.error).toContain("put a fresh one into AKOOL_ARCHIVER_TOKEN");
    expect(doctor.out).toContain("refuses: Unauthorized (HTTP 401)");
  });
});
