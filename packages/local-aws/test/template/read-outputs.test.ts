import { describe, expect, it } from "vitest";
import { readOutputs } from "../../src/template/read-outputs.ts";
import { MACHINE_ARN, resources } from "./resources.ts";

describe("readOutputs", () => {
  it("gives each output its local value, and leaves out what has none", () => {
    const outputs = {
      Machine: { Value: { Ref: "Machine" } },
      Plain: { Value: "as it is" },
      Gone: { Value: { Ref: "Gone" } },
      Unknown: { Value: { "Fn::ImportValue": "other-stack" } },
    };

    expect([...readOutputs(outputs, resources())]).toEqual([
      ["Machine", MACHINE_ARN],
      ["Plain", "as it is"],
    ]);
  });
});
