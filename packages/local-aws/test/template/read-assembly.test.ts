import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnreadableAssembly } from "../../src/template/assembly.ts";
import { readAssembly } from "../../src/template/read-assembly.ts";

const FIXTURE = fileURLToPath(new URL("../fixtures/assembly/", import.meta.url));
const BUNDLE = fileURLToPath(
  new URL("../fixtures/assembly/asset.check/index.mjs", import.meta.url),
);

describe("readAssembly", () => {
  it("finds each bundled function with its settings and resolved variables", async () => {
    const { functions } = await readAssembly(FIXTURE);

    expect([...functions.keys()]).toEqual(["Check5E", "Quiet6F"]);
    expect(functions.get("Check5E")).toEqual({
      logicalId: "Check5E",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:Check5E",
      bundlePath: BUNDLE,
      handlerExport: "handler",
      timeoutSeconds: 30,
      memoryMb: 256,
      environment: { JOB_TABLE_NAME: "JobTable1A", EVENT_BUS_NAME: "jobs", POLL_MIN_SECONDS: "5" },
      asynchronous: { maxRetryAttempts: 2, maxEventAgeSeconds: 21_600 },
    });
    expect(functions.get("Quiet6F")?.environment).toEqual({});
  });

  it("parses the state machine's definition with local ARNs in it", async () => {
    const { stateMachine } = await readAssembly(FIXTURE);

    expect(stateMachine.logicalId).toBe("Machine9C");
    expect(stateMachine.arn).toBe("arn:aws:states:us-east-1:000000000000:stateMachine:Machine9C");
    expect(stateMachine.definition).toMatchObject({
      States: { Check: { Resource: "arn:aws:lambda:us-east-1:000000000000:function:Check5E" } },
    });
  });

  it("takes the table, bucket and bus that the outputs name, whatever else there is", async () => {
    const { table, bucket, eventBus } = await readAssembly(FIXTURE);

    expect(table.name).toBe("JobTable1A");
    expect(table.properties).toHaveProperty("KeySchema");
    expect(bucket).toEqual({ name: "videobucket3c" });
    expect(eventBus).toEqual({ name: "jobs" });
  });

  it("finds every table, and the entryPoints of a stack that has none", async () => {
    const { table, tables, queues, rules, schedules, api } = await readAssembly(FIXTURE);

    expect(tables).toEqual([table]);
    expect({ queues, rules, schedules, api }).toEqual({
      queues: [],
      rules: [],
      schedules: [],
      api: undefined,
    });
  });

  describe("of a changed assembly", () => {
    let directory: string;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "assembly-"));
      await cp(FIXTURE, directory, { recursive: true });
    });
    afterEach(() => rm(directory, { recursive: true }));

    async function change(file: string, from: string, to: string): Promise<void> {
      const text = await readFile(join(directory, file), "utf8");
      await writeFile(join(directory, file), text.replace(from, to));
    }

    it.each([
      ["a missing output", "Fixture.template.json", '"TableName"', '"Other"', "TableName"],
      [
        "an output of no resource",
        "Fixture.template.json",
        '"Ref": "JobTable1A" } },\n    "Buck',
        '"Ref": "Gone" } },\n    "Buck',
        "TableName",
      ],
      [
        "a definition elsewhere",
        "Fixture.template.json",
        "DefinitionString",
        "DefinitionS3Location",
        "DefinitionString",
      ],
      ["no stack", "manifest.json", "aws:cloudformation:stack", "aws:else", "stack template"],
      [
        "two stacks",
        "manifest.json",
        '"type": "cdk:metadata"',
        '"type": "aws:cloudformation:stack", "properties": { "templateFile": "x" }',
        "found 2",
      ],
    ])("refuses %s", async (_what, file, from, to, named) => {
      await change(file, from, to);

      const reading = readAssembly(directory);

      await expect(reading).rejects.toThrow(UnreadableAssembly);
      await expect(reading).rejects.toThrow(named);
    });

    it("takes a bus that was there before the stack by its name", async () => {
      const output = '{ "Fn::GetAtt": ["Bus4D", "Name"] }';
      await change("Fixture.template.json", output, '"someone-elses"');

      expect((await readAssembly(directory)).eventBus).toEqual({ name: "someone-elses" });
    });

    it("refuses a function with a dead-letter queue of its own", async () => {
      const queue = '"DeadLetterConfig": { "TargetArn": "arn" }, "Timeout": 30';
      await change("Fixture.template.json", '"Timeout": 30', queue);

      await expect(readAssembly(directory)).rejects.toThrow("on-failure destination");
    });

    it("refuses a handler outside the bundle's index module", async () => {
      await change("Fixture.template.json", '"index.handler"', '"other.handler"');

      await expect(readAssembly(directory)).rejects.toThrow("export of the index module");
    });

    it("reads a template without outputs far enough to say what is missing", async () => {
      await change("Fixture.template.json", '"Outputs"', '"Exports"');

      await expect(readAssembly(directory)).rejects.toThrow("StateMachineArn");
    });
  });
});
