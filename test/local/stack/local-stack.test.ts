import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AkoolSimulator,
  defaultApiKey,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import type { EventEnvelope } from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import { executionArnOf } from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import { DataDirectoryInUse } from "@akool-archiver/local-aws/storage/data-directory-lock.ts";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import { requireValidSettings, withoutWebhookAddress } from "#local/stack/function-settings.ts";
import { type LocalStack, openLocalStack } from "#local/stack/local-stack.ts";
import { synthesize } from "#local/stack/synthesize.ts";
import { InvalidEnvironment } from "#runtime/environment.ts";

let assembly: ArchiverAssembly;
let simulator: AkoolSimulator;
let dataDirectory: string;

beforeAll(async () => {
  assembly = await synthesize();
});
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "stack-"));
  simulator = await startAkoolSimulator();
});
afterEach(async () => {
  await simulator.close();
  await rm(dataDirectory, { recursive: true });
});

function settings() {
  return {
    AKOOL_BASE_URL: simulator.baseUrl,
    AKOOL_API_KEY: defaultApiKey,
    POLL_MIN_SECONDS: "1",
    POLL_MAX_SECONDS: "1",
  };
}

async function startJob({ sfn, stateMachineArn }: LocalStack, videoModelId: string, name: string) {
  const input = JSON.stringify({ videoModelId });
  await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  return executionArnOf(stateMachineArn, name);
}

const never = { queueMs: 0, processMs: 0, end: { kind: "never" } } as const;

describe("the stack on this machine", () => {
  it("follows a job to its end, with events, bytes and a plain file", async () => {
    const done = { kind: "complete", file: { kind: "sample" } } as const;
    const id = simulator.addJob({ queueMs: 0, processMs: 0, end: done });
    const events: EventEnvelope[] = [];
    const states = new Set<string>();
    let bytes = 0;
    const stack = await openLocalStack({
      assembly,
      dataDirectory,
      settings: settings(),
      resumes: () => true,
      onEvent: (event) => events.push(event),
      onTransition: (_arn, state) => states.add(state),
      onBytesStored: (key, count) => {
        if (key === `${id}.mp4`) bytes += count;
      },
    });

    const execution = await stack.engine.ended(await startJob(stack, id, "one"));
    const job = await stack.store.get(id);
    await stack.close();

    expect(execution?.status).toBe("SUCCEEDED");
    expect(job).toMatchObject({ status: "archived", archive: { bytes } });
    expect(events.map(({ detail }) => detail.status)).toEqual([
      "accepted",
      "completed",
      "archived",
    ]);
    expect(states).toContain("ArchiveVideo");
    expect(await readdir(stack.videosDirectory)).toEqual([`${id}.json`, `${id}.mp4`]);
    const log = await readFile(join(dataDirectory, "events.jsonl"), "utf8");
    expect(log.trim().split("\n")).toHaveLength(events.length);
    expect(await readdir(join(dataDirectory, "logs"))).not.toEqual([]);
  });

  it("continues the unfinished executions that it is told to", async () => {
    const options = { assembly, dataDirectory, settings: settings() };
    const first = await openLocalStack({ ...options, resumes: () => true });
    const arn = await startJob(first, simulator.addJob(never), "one");
    await startJob(first, simulator.addJob(never), "other");
    await first.close();

    const second = await openLocalStack({ ...options, resumes: (name) => name === "one" });
    const known = await second.engine.list({});
    await second.close();

    expect(second.resumed).toEqual([arn]);
    expect(known.map(({ name }) => name)).toEqual(["one"]);
  });

  it("frees the directory when it cannot be opened as a whole", async () => {
    const options = { dataDirectory, settings: settings(), resumes: () => true };
    const broken = { ...assembly, stateMachine: { ...assembly.stateMachine, definition: {} } };

    await expect(openLocalStack({ ...options, assembly: broken })).rejects.toThrow();
    const stack = await openLocalStack({ ...options, assembly });

    await expect(openLocalStack({ ...options, assembly })).rejects.toThrow(DataDirectoryInUse);
    await stack.close();
  });
});

describe("the functions' settings", () => {
  it("are taken when every function can read them", () => {
    expect(() => requireValidSettings(assembly, settings())).not.toThrow();
  });

  it.each([
    ["POLL_MAX_SECONDS", "soon"],
    ["TRACKING_DEADLINE_HOURS", "0"],
    ["MAX_VIDEO_BYTES", "many"],
    ["WEBHOOK_WINDOW_HOURS", "0"],
    ["VIDEO_URL_SECONDS", "1"],
    ["AKOOL_BASE_URL", "http://akool.example"],
  ])("are refused before anything starts: %s=%s", (name, value) => {
    const check = () => requireValidSettings(assembly, { ...settings(), [name]: value });

    expect(check).toThrow(InvalidEnvironment);
    expect(check).toThrow(name);
  });
});

it("the functions are not told the address of a deployment in AWS", () => {
  const addressesOf = ({ functions }: ArchiverAssembly) =>
    [...functions.values()].flatMap(({ environment }) => environment.WEBHOOK_URL ?? []);

  const own = withoutWebhookAddress(assembly);

  expect(addressesOf(assembly)).toHaveLength(2);
  expect(addressesOf(own)).toEqual([]);
  expect([...own.functions.keys()]).toEqual([...assembly.functions.keys()]);
});
