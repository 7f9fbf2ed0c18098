import { describe, expect, it } from "vitest";
import { HELP, readCommandLine } from "#rehearsal/command-line.ts";

describe("the arguments of the rehearsal", () => {
  it("are none for everything", () => {
    expect(readCommandLine([])).toEqual({
      kind: "run",
      without: [],
      only: undefined,
      logs: undefined,
    });
  });

  it("name permissions to take away", () => {
    const args = ["--without", "CheckStatus:dynamodb:UpdateItem", "--without", "Sweeper:s3:*"];

    expect(readCommandLine(args)).toMatchObject({
      without: [
        { owner: "CheckStatus", action: "dynamodb:UpdateItem" },
        { owner: "Sweeper", action: "s3:*" },
      ],
    });
  });

  it("choose scenarios and keep logs", () => {
    expect(readCommandLine(["--only", "webhook", "--logs", "out"])).toMatchObject({
      only: "webhook",
      logs: "out",
    });
  });

  it("ask for help before anything else", () => {
    expect(readCommandLine(["--help", "--only", "x"])).toEqual({ kind: "help" });
    for (const option of ["--without", "--only", "--logs", "--help"])
      expect(HELP).toContain(option);
  });

  it.each([
    [["--without", "CheckStatus"]],
    [["--without", "CheckStatus:UpdateItem"]],
    [["--nonsense"]],
    [["stray"]],
  ])("are refused: %j", (args) => {
    expect(readCommandLine(args)).toMatchObject({ kind: "wrong" });
  });
});
