import { describe, expect, it } from "vitest";
import { UnreadableAssembly } from "../../src/template/assembly.ts";
import { readStateMachines } from "../../src/template/read-state-machines.ts";
import { FUNCTION_ARN, getAtt, MACHINE_ARN, resources } from "./resources.ts";

describe("readStateMachines", () => {
  const machine = (properties: Record<string, unknown>) =>
    resources({ Machine: { Type: "AWS::StepFunctions::StateMachine", Properties: properties } });

  it("finds every machine with its definition, references resolved", () => {
    const text = { "Fn::Join": ["", ['{"StartAt":"', getAtt("Fn", "Arn"), '"}']] };

    expect(readStateMachines(machine({ DefinitionString: text }))).toEqual([
      { logicalId: "Machine", arn: MACHINE_ARN, definition: { StartAt: FUNCTION_ARN } },
    ]);
  });

  it("refuses a definition that is not in the template", () => {
    const elsewhere = machine({ DefinitionS3Location: { Bucket: "b", Key: "k" } });

    expect(() => readStateMachines(elsewhere)).toThrow(UnreadableAssembly);
    expect(() => readStateMachines(elsewhere)).toThrow("DefinitionString");
  });
});
