import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ExecutionRecord } from "../../src/engine/execution-record.ts";
import { DamagedExecution, fileStore } from "../../src/engine/execution-store.ts";

let root: string;
let directory: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "store-"));
  directory = join(root, "deep", "executions");
});
afterEach(() => rm(root, { recursive: true }));

const record: ExecutionRecord = {
  executionArn: "arn:one",
  stateMachineArn: "arn:machine",
  name: "one",
  status: "RUNNING",
  startDate: new Date("2026-01-01T00:00:00.000Z"),
  input: "{}",
  transitions: 3,
  checkpoint: { state: "Wait", input: '{"a":1}' },
};

describe("fileStore", () => {
  it("is empty at first", async () => {
    expect(await fileStore(directory).load()).toEqual([]);
  });

  it("returns the latest record, to another process as well", async () => {
    const store = fileStore(directory);
    const ended: ExecutionRecord = {
      ...record,
      status: "FAILED",
      stopDate: new Date("2026-01-02T00:00:00.000Z"),
      error: "Broken",
      cause: "why",
    };

    await store.save(record);
    await store.save(ended);
    await store.save({ ...record, name: "two" });

    const loaded = await fileStore(directory).load();
    expect(loaded).toHaveLength(2);
    expect(loaded).toEqual(expect.arrayContaining([ended, { ...record, name: "two" }]));
    expect((await readdir(directory)).sort()).toEqual(["one.json", "two.json"]);
  });

  it("clears away a record that was half written, and keeps the one before it", async () => {
    await fileStore(directory).save(record);
    await writeFile(join(directory, "one.json.tmp"), '{"execu');

    const loaded = await fileStore(directory).load();

    expect(loaded).toEqual([record]);
    expect(await readdir(directory)).toEqual(["one.json"]);
  });

  it("leaves other files alone", async () => {
    await fileStore(directory).save(record);
    await writeFile(join(directory, "README"), "mine");

    await fileStore(directory).load();

    expect(await readFile(join(directory, "README"), "utf8")).toBe("mine");
  });

  it.each(["", "{}", '{"execu'])(
    "refuses a damaged record (%j) and names its file",
    async (text) => {
      await fileStore(directory).save(record);
      await writeFile(join(directory, "one.json"), text);

      const loading = fileStore(directory).load();

      await expect(loading).rejects.toThrow(DamagedExecution);
      await expect(loading).rejects.toThrow("one.json");
    },
  );
});
