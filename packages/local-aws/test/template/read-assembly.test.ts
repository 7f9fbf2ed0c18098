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
    const { stateMachines } = await readAssembly(FIXTURE);

    const [machine] = stateMachines;
    expect(stateMachines).toHaveLength(1);
    expect(machine?.logicalId).toBe("Machine9C");
    expect(machine?.arn).toBe("arn:aws:states:us-east-1:000000000000:stateMachine:Machine9C");
    expect(machine?.definition).toMatchObject({
      States: { Check: { Resource: "arn:aws:lambda:us-east-1:000000000000:function:Check5E" } },
    });
  });

  it("gives the stack's outputs their local values", async () => {
    const { outputs } = await readAssembly(FIXTURE);

    expect(Object.fromEntries(outputs)).toEqual({
      StateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:Machine9C",
      TableName: "JobTable1A",
      BucketName: "videobucket3c",
      EventBusName: "jobs",
    });
  });

  it("finds every table; a stack may have no queue, rule or API", async () => {
    const { tables, queues, rules, schedules, api } = await readAssembly(FIXTURE);

    expect(tables).toMatchObject([{ name: "JobTable1A", properties: { KeySchema: [{}] } }]);
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

    it("refuses a function with a dead-letter queue of its own", async () => {
      const queue = '"DeadLetterConfig": { "TargetArn": "arn" }, "Timeout": 30';
      await change("Fixture.template.json", '"Timeout": 30', queue);

      await expect(readAssembly(directory)).rejects.toThrow("on-failure destination");
    });

    it("refuses a handler outside the bundle's index module", async () => {
      await change("Fixture.template.json", '"index.handler"', '"other.handler"');

      await expect(readAssembly(directory)).rejects.toThrow("export of the index module");
    });

    it("reads a template without outputs", async () => {
      await change("Fixture.template.json", '"Outputs"', '"Exports"');

      expect((await readAssembly(directory)).outputs.size).toBe(0);
    });
  });
});
