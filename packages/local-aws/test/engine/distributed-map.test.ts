import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BUCKET, type S3Fixture, s3Fixture } from "@akool-archiver/test-support/s3-fixture.ts";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mapFiles } from "../../src/engine/map-files.ts";
import { UnsupportedDefinition } from "../../src/engine/supported-definition.ts";
import { arnOf, engineOf, MACHINE_ARN, memoryStore, task } from "./harness.ts";

const PUT = "arn:aws:states:::s3:putObject";

function machineOf(change: Record<string, unknown> = {}): unknown {
  const lines = {
    Type: "Map",
    Label: "Lines",
    ItemReader: {
      Resource: "arn:aws:states:::s3:getObject",
      ReaderConfig: { InputType: "JSONL" },
      Parameters: { Bucket: BUCKET, "Key.$": "$.key" },
    },
    ItemBatcher: {
      MaxItemsPerBatch: 2,
      MaxInputBytesPerBatch: 1_000,
      BatchInput: { "name.$": "$.name" },
    },
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: "Work",
      States: {
        Work: task("work", {
          Parameters: { "items.$": "$.Items", "name.$": "$.BatchInput.name" },
          End: true,
        }),
      },
    },
    MaxConcurrency: 2,
    ToleratedFailurePercentage: 100,
    ResultWriter: {
      Resource: PUT,
      Parameters: { Bucket: BUCKET, Prefix: "report" },
      WriterConfig: { OutputType: "JSONL", Transformation: "FLATTEN" },
    },
    ResultPath: "$.run",
    End: true,
    ...change,
  };
  return { StartAt: "Lines", States: { Lines: lines } };
}

let s3: S3Fixture;
let directory: string;
beforeEach(async () => {
  s3 = await s3Fixture();
  directory = await mkdtemp(join(tmpdir(), "map-"));
});
afterEach(async () => {
  await s3.close();
  await rm(directory, { recursive: true });
});

const put = (text: string) =>
  s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "lines", Body: text }));

async function read(key: string): Promise<string> {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  return (await Body?.transformToString()) ?? "";
}

type Work = (items: number[], name: string) => Promise<unknown>;

function engine(work: Work, store = memoryStore(), change: Record<string, unknown> = {}) {
  const tasks = {
    work: async (parameters: unknown) => {
      const { items, name } = Object(parameters);
      return work(items, name);
    },
  };
  const maps = { files: mapFiles(s3.endpoint), directory };
  return engineOf(machineOf(change), tasks, { store, maps });
}

async function start(running: ReturnType<typeof engine>) {
  const input = JSON.stringify({ key: "lines", name: "a" });
  await running.start({ stateMachineArn: MACHINE_ARN, name: "import", input });
}

async function resultOf(running: ReturnType<typeof engine>) {
  const ended = await running.ended(arnOf("import"));
  return { status: ended?.status, error: ended?.error, output: JSON.parse(ended?.output ?? "{}") };
}

describe("a distributed Map", () => {
  it("gives each batch to a child, and writes the elements of what they give, one a line", async () => {
    await put("1\n2\n3\n4\n5\n");
    const batches: unknown[] = [];
    const running = engine(async (items, name) => {
      batches.push({ items, name });
      return items.map((item) => ({ item }));
    });

    await start(running);
    const { status, output } = await resultOf(running);

    expect(batches).toHaveLength(3);
    expect(batches).toEqual(
      expect.arrayContaining([
        { items: [1, 2], name: "a" },
        { items: [3, 4], name: "a" },
        { items: [5], name: "a" },
      ]),
    );
    expect(status).toBe("SUCCEEDED");
    const { Bucket, Key } = output.run.ResultWriterDetails;
    expect(Bucket).toBe(BUCKET);
    const manifest = JSON.parse(await read(Key));
    expect(manifest).toMatchObject({ DestinationBucket: BUCKET, MapRunArn: output.run.MapRunArn });
    const [file] = manifest.ResultFiles.SUCCEEDED;
    const lines = (await read(file.Key)).trim().split("\n");
    expect(lines.toSorted()).toEqual([1, 2, 3, 4, 5].map((item) => JSON.stringify({ item })));
    expect(manifest.ResultFiles.FAILED).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
  });

  it("runs no more children at once than it may", async () => {
    await put("1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    let running = 0;
    let most = 0;
    const asManyAsMay = Promise.withResolvers<void>();
    const mapping = engine(async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === 2) asManyAsMay.resolve();
      await asManyAsMay.promise;
      // One more would begin now, if it might.
      await sleep(5);
      running -= 1;
    });

    await start(mapping);
    await resultOf(mapping);

    expect(most).toBe(2);
  });

  it("cuts a batch where its bytes are over the limit", async () => {
    const item = "x".repeat(400);
    await put(`${JSON.stringify(item)}\n`.repeat(4));
    const sizes: number[] = [];
    const mapping = engine(async (items) => void sizes.push(items.length), memoryStore(), {
      ItemBatcher: { MaxItemsPerBatch: 4, MaxInputBytesPerBatch: 900, BatchInput: {} },
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        StartAt: "Work",
        States: { Work: task("work", { Parameters: { "items.$": "$.Items" }, End: true }) },
      },
    });

    await start(mapping);
    await resultOf(mapping);

    expect(sizes).toEqual([2, 2]);
  });

  it("tolerates children that fail, and says which", async () => {
    await put("1\n2\n3\n");
    const mapping = engine(async (items) => {
      if (items.includes(1)) throw new RangeError("not that one");
      return items;
    });

    await start(mapping);
    const { status, output } = await resultOf(mapping);

    const manifest = JSON.parse(await read(output.run.ResultWriterDetails.Key));
    const [failed] = manifest.ResultFiles.FAILED;
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(await read(failed.Key))).toMatchObject({
      batch: 0,
      items: 2,
      error: "RangeError",
      cause: "not that one",
    });
    expect(await read(manifest.ResultFiles.SUCCEEDED[0].Key)).toBe("3\n");
  });

  it.each([
    ["a line that is no JSON", "1\n{\n", "lines"],
    ["an object that is not there", "1\n", "elsewhere"],
  ])("fails on %s", async (_what, text, key) => {
    await put(text);
    const mapping = engine(async () => {});

    const input = JSON.stringify({ key, name: "a" });
    await mapping.start({ stateMachineArn: MACHINE_ARN, name: "import", input });

    expect(await resultOf(mapping)).toMatchObject({
      status: "FAILED",
      error: "States.ItemReaderFailed",
    });
  });

  it("continues in the next process, without the children that had ended", async () => {
    await put("1\n2\n3\n4\n5\n");
    const store = memoryStore();
    const ended = Promise.withResolvers<void>();
    const first = engine(async (items) => {
      if (items.includes(1)) return ended.resolve();
      return new Promise(() => {});
    }, store);
    await start(first);
    await ended.promise;
    while (first.mapRuns.of(arnOf("import"))[0]?.itemCounts.succeeded !== 2) await sleep(1);
    await first.close();
    const again: number[] = [];
    const second = engine(async (items) => void again.push(...items), store);

    await second.resume();
    const { status } = await resultOf(second);

    expect(status).toBe("SUCCEEDED");
    expect(again.toSorted()).toEqual([3, 4, 5]);
    expect(second.mapRuns.of(arnOf("import"))).toMatchObject([
      { itemCounts: { total: 5, running: 0, succeeded: 5, failed: 0 } },
    ]);
  });
});

describe("a Map that would run otherwise here is refused, for", () => {
  it.each([
    ["a tolerance that could be exceeded", { ToleratedFailurePercentage: 50 }],
    ["an ItemSelector", { ItemSelector: { "x.$": "$$.Map.Item.Value" } }],
    ["another format", { ItemReader: { ReaderConfig: { InputType: "CSV" } } }],
    ["a retrier", { Retry: [{ ErrorEquals: ["States.ALL"] }] }],
    ["boundless concurrency", { MaxConcurrency: 0 }],
  ])("%s", (_what, change) => {
    expect(() => engine(async () => {}, memoryStore(), change)).toThrow(UnsupportedDefinition);
  });

  it("an unknown function inside", () => {
    const ItemProcessor = {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: "Other",
      States: { Other: task("other", { End: true }) },
    };

    expect(() => engine(async () => {}, memoryStore(), { ItemProcessor })).toThrow(
      "function:other cannot be run here",
    );
  });
});
