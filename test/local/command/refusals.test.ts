import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type AkoolSimulator,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { startDynamoDb } from "@akool-archiver/local-aws/dynamodb/dynamodb.ts";
import { lockDataDirectory } from "@akool-archiver/local-aws/storage/data-directory-lock.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { synthesize } from "#local/stack/synthesize.ts";
import { VIDEO_ID } from "#test/support/jobs.ts";
import { IMPATIENT, runCommand } from "./runs.ts";

let simulator: AkoolSimulator;
let data: string;

beforeAll(async () => {
  await synthesize();
  simulator = await startAkoolSimulator();
});
afterAll(() => simulator.close());
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "refusals-"));
});
afterEach(() => rm(data, { recursive: true }));

const trackArgs = () => ["track", VIDEO_ID, "--data", data, "--akool-url", simulator.baseUrl];

describe("wrong usage: exit code 2, a sentence and no stack trace", () => {
  it.each([
    ["an unknown option", ["--colour"], IMPATIENT, /No flag registered for --colour/],
    ["an unknown command", ["follow"], IMPATIENT, /No command registered for `follow`/],
    ["the demonstration elsewhere", ["--akool-url", "u"], IMPATIENT, /No flag .+ --akool-url/],
    ["a port for track", ["track", "--port", "1"], IMPATIENT, /No flag registered for --port/],
    ["a malformed id", ["track", "a/b"], IMPATIENT, /not an AKOOL id: "a\/b"/],
    ["a missing key", ["track", VIDEO_ID], {}, /AKOOL_API_KEY is not set/],
    [
      "a proxy that is none",
      ["track", VIDEO_ID],
      { ...IMPATIENT, HTTPS_PROXY: "socks5://me:secret@proxy" },
      /HTTPS_PROXY must be the address of a proxy/,
    ],
    [
      "a key with which no webhook can be opened",
      ["serve"],
      { ...IMPATIENT, AKOOL_API_KEY: "k".repeat(26), AKOOL_CLIENT_ID: "client" },
      /AKOOL_API_KEY has 26 characters, and AKOOL's have 16, 24 or 32/,
    ],
  ])("%s", async (_what, args, environment, message) => {
    const { code, out, error } = await runCommand(args, { environment });

    expect(code).toBe(2);
    expect(error).toMatch(message);
    expect(error).toMatch(/\nSee: akool-archiver .*--help$/);
    expect(error).not.toMatch(/^ +at /m);
    expect(out.text).toBe("");
  });

  it.each([
    ["POLL_MIN_SECONDS", "0", /POLL_MIN_SECONDS: must be a number from 1 to 3600/],
    ["POLL_MIN_SECONDS", "3", /POLL_MIN_SECONDS: must not be greater than POLL_MAX_SECONDS/],
    ["POLL_MAX_SECONDS", "soon", /POLL_MAX_SECONDS: must be a number/],
    ["TRACKING_DEADLINE_HOURS", "169", /TRACKING_DEADLINE_HOURS: must be a number/],
    ["MAX_VIDEO_BYTES", "-1", /MAX_VIDEO_BYTES: must be a number/],
  ])("%s=%s", async (name, value, message) => {
    const environment = { ...IMPATIENT, [name]: value };

    const { code, error } = await runCommand(trackArgs(), { environment });

    expect(code).toBe(2);
    expect(error).toMatch(message);
  });

  it("nothing to follow: no id, and no unfinished job", async () => {
    const args = ["track", "--data", data, "--akool-url", simulator.baseUrl];

    const { code, error } = await runCommand(args);

    expect(code).toBe(2);
    expect(error).toMatch(/no id was given, and .+ has no unfinished job/);
  });
});

describe("a data directory that cannot be used: exit code 2, and why", () => {
  it.each(["", "dynamodb", "executions", "videos", "logs", "s3"])(
    "a file in the place of /%s",
    async (name) => {
      const path = join(data, "d", name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, "");

      const { code, error } = await runCommand(["--data", join(data, "d")]);

      expect(code).toBe(2);
      expect(error).toMatch(/the data directory .+ cannot be used \((EEXIST|ENOTDIR).+--data/);
    },
  );

  it("a directory in the place of the events' file", async () => {
    await mkdir(join(data, "events.jsonl"));

    const { code, error } = await runCommand(["--data", data]);

    expect(code).toBe(2);
    expect(error).toMatch(/cannot be used \(EISDIR.+events\.jsonl/);
  });

  it("an execution's file that is damaged", async () => {
    await mkdir(join(data, "executions"));
    await writeFile(join(data, "executions", "track-x.json"), "{");

    const { code, error } = await runCommand(trackArgs());

    expect(code).toBe(2);
    expect(error).toMatch(/track-x\.json cannot be read as an execution: move it away/);
  });

  it("a table of a version with other keys", async () => {
    const { table } = await synthesize();
    const database = await startDynamoDb({ directory: join(data, "dynamodb") });
    await database.createTable({
      name: table.name,
      properties: {
        KeySchema: [{ AttributeName: "other", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "other", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      },
    });
    await database.close();

    const { code, error } = await runCommand(trackArgs());

    expect(code).toBe(2);
    expect(error).toMatch(/was made with other keys/);
  });

  it("another process has it", async () => {
    const lock = await lockDataDirectory(join(data, "dynamodb", "lock"));

    const { code, error } = await runCommand(["--data", data]);

    expect(code).toBe(2);
    expect(error).toContain(`the data directory ${data} is in use by another process`);
    await lock.release();
  });
});

it("help is no mistake", async () => {
  const { code, out, error } = await runCommand(["--help"]);

  expect(code).toBe(0);
  expect(out.text).toMatch(/USAGE\n {2}akool-archiver demo\n/);
  expect(error).toBe("");
});

it("Ctrl-C before the start names the ids to go on with, as a shell takes them", async () => {
  const odd = join(data, "it's mine");
  const args = ["track", VIDEO_ID, "--data", odd, "--akool-url", simulator.baseUrl];

  const { code, out } = await runCommand(args, { interrupted: AbortSignal.abort() });

  expect(code).toBe(130);
  expect(out.text).toMatch(/Stopped before the start; nothing is lost/);
  expect(out.text).toContain(`track ${VIDEO_ID} --data '${data}/it'\\''s mine' --akool-url http:`);
});

it("Ctrl-C before the start of the demonstration", async () => {
  const { code, out } = await runCommand(["--data", data], { interrupted: AbortSignal.abort() });

  expect(code).toBe(130);
  expect(out.text).toMatch(/Stopped. A demonstration begins anew each time/);
});
