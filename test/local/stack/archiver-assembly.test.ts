import { type Assembly, UnreadableAssembly } from "@akool-archiver/local-aws/template/assembly.ts";
import { describe, expect, it } from "vitest";
import { archiverAssembly } from "#local/stack/archiver-assembly.ts";

const MACHINE = { logicalId: "Machine", arn: "arn:machine", definition: {} };
const IMPORT_MACHINE = { logicalId: "Imports", arn: "arn:imports", definition: {} };
const TABLE = { name: "Jobs", properties: {} };
const OUTPUTS = {
  StateMachineArn: "arn:machine",
  TableName: "Jobs",
  BucketName: "videos",
  EventBusName: "jobs",
};
const IMPORT_OUTPUTS = { ImportStateMachineArn: "arn:imports", ImportBucketName: "lists" };

function assembly(outputs: Record<string, string>): Assembly {
  return {
    functions: new Map(),
    stateMachines: [IMPORT_MACHINE, MACHINE],
    tables: [{ name: "Logs", properties: {} }, TABLE],
    queues: [],
    rules: [],
    schedules: [],
    outputs: new Map(Object.entries(outputs)),
  };
}

describe("archiverAssembly", () => {
  it("takes the machine, table, bucket and bus that the outputs name", () => {
    const found = archiverAssembly(assembly(OUTPUTS));

    expect(found).toMatchObject({
      stateMachine: MACHINE,
      table: TABLE,
      bucket: { name: "videos" },
      eventBus: { name: "jobs" },
    });
    expect(found.imports).toBeUndefined();
  });

  it("finds what takes lists of ids, where the stack has it", () => {
    expect(archiverAssembly(assembly({ ...OUTPUTS, ...IMPORT_OUTPUTS })).imports).toEqual({
      stateMachine: IMPORT_MACHINE,
      bucket: { name: "lists" },
    });
  });

  it.each(Object.keys(OUTPUTS))("refuses a stack without the output %s", (name) => {
    const outputs = Object.entries(OUTPUTS).filter(([output]) => output !== name);
    const reading = () => archiverAssembly(assembly(Object.fromEntries(outputs)));

    expect(reading).toThrow(UnreadableAssembly);
    expect(reading).toThrow(name);
  });

  it.each(["StateMachineArn", "TableName"])("refuses an output %s of no resource", (name) => {
    const reading = () => archiverAssembly(assembly({ ...OUTPUTS, [name]: "gone" }));

    expect(reading).toThrow(UnreadableAssembly);
    expect(reading).toThrow(name);
  });
});
