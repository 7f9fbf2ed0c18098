import { describe, expect, it } from "vitest";
import { failed, ok, runChecks, unchecked, warning } from "#scripts/checks.ts";
import { propertiesOf, textOf } from "#scripts/planned-stack.ts";
import { readStackCommand } from "#scripts/stack-argument.ts";

const told = async (...findings: Parameters<typeof runChecks>[0]) => {
  const lines: string[] = [];
  const exitCode = await runChecks(findings, (line) => lines.push(line));
  return { exitCode, lines };
};

describe("checks of an account or a stack", () => {
  it("are told one by one, and counted", async () => {
    const { exitCode, lines } = await told(
      { name: "a", run: async () => ok("fine") },
      { name: "b", run: async () => warning("hm") },
      { name: "c", run: async () => unchecked("no way to") },
    );

    expect(exitCode).toBe(0);
    expect(lines).toEqual([
      "ok         a: fine",
      "warning    b: hm",
      "unchecked  c: no way to",
      "1 ok, 1 warnings, 0 failed, 1 not checked",
    ]);
  });

  it("that fail end the command with 1, and stop no other", async () => {
    const { exitCode, lines } = await told(
      { name: "a", run: async () => failed("no") },
      { name: "b", run: async () => ok("fine") },
    );

    expect(exitCode).toBe(1);
    expect(lines).toHaveLength(3);
  });

  it("that cannot be made are no failure", async () => {
    const { exitCode, lines } = await told({
      name: "a",
      run: async () => {
        throw new RangeError("denied");
      },
    });

    expect(exitCode).toBe(0);
    expect(lines[0]).toBe("unchecked  a: RangeError: denied");
  });
});

describe("the stack that is named", () => {
  it.each([
    [[], { kind: "run", stackName: "AkoolVideoArchiver" }],
    [
      ["--stack", "AkoolVideoArchiver-staging"],
      { kind: "run", stackName: "AkoolVideoArchiver-staging" },
    ],
    [["--help"], { kind: "help" }],
  ])("by %j", (args, command) => {
    expect(readStackCommand(args)).toEqual(command);
  });

  it.each([[["--stack", "a b"]], [["--stack"]], [["stray"]]])("is not, by %j", (args) => {
    expect(readStackCommand(args)).toMatchObject({ kind: "wrong" });
  });
});

describe("a stack that is planned", () => {
  it("has texts with likely names in the place of what does not exist yet", () => {
    const parts = ["a-", { Ref: "AWS::Region" }, "-", { Ref: "AWS::AccountId" }, "-", { Ref: "T" }];

    expect(textOf({ "Fn::Join": ["", parts] }, "1", "eu-west-1")).toBe("a-eu-west-1-1-planned-T");
    expect(textOf({ "Fn::GetAtt": ["F", "Arn"] }, "1", "eu-west-1")).toBe(
      "arn:aws:lambda:eu-west-1:1:function:planned",
    );
  });

  it("has properties by type", () => {
    const Resources = {
      A: { Type: "X", Properties: { n: 1 } },
      B: { Type: "Y", Properties: { n: 2 } },
    };

    expect(propertiesOf({ name: "S", template: { Resources } }, "Y")).toEqual([{ n: 2 }]);
  });
});
