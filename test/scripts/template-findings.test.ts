import { describe, expect, it } from "vitest";
import {
  answeredChecks,
  missingTypes,
  parseCfnLint,
  parseCheckov,
} from "#scripts/template-findings.ts";

const missing = (type: string, region: string) => ({
  id: "E3006",
  message: `Resource type '${type}' does not exist in '${region}'`,
});

describe("what linters say of the template", () => {
  it("of cfn-lint its errors count, and no warning", () => {
    const json = JSON.stringify([
      { Level: "Error", Message: "bad", Rule: { Id: "E1" } },
      { Level: "Warning", Message: "hm", Rule: { Id: "W1" } },
    ]);

    expect(parseCfnLint(json)).toEqual([{ id: "E1", message: "bad" }]);
  });

  it("of checkov the failed checks count", () => {
    const failed = { check_id: "CKV_AWS_1", check_name: "Ensure", resource: "A.B" };

    expect(parseCheckov(JSON.stringify({ results: { failed_checks: [failed] } }))).toEqual([
      { id: "CKV_AWS_1", message: "Ensure: A.B" },
    ]);
  });

  it("types that are missing are told by region, and everything else is kept", () => {
    const other = { id: "E3002", message: "no such property" };
    const elsewhere = missing("AWS::Lambda::Function", "eu-west-1");

    const { regions, others } = missingTypes(
      [
        missing("AWS::EventSchemas::Schema", "il-central-1"),
        missing("AWS::EventSchemas::Registry", "il-central-1"),
        other,
        elsewhere,
      ],
      "AWS::EventSchemas::",
    );

    expect([...regions]).toEqual(["il-central-1"]);
    expect(others).toEqual([other, elsewhere]);
  });

  it("a check is answered by a row that begins with it, not by a mention", () => {
    const page = "| check | answer |\n|---|---|\n| `CKV_AWS_18` | why |\n\nAlso `CKV_AWS_21`.";

    expect([...answeredChecks(page)]).toEqual(["CKV_AWS_18"]);
  });
});
