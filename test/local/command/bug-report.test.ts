import { expect, it } from "vitest";
import { bugReport } from "#local/command/bug-report.ts";

it("a fault of ours is shown with its stack, as a bug", () => {
  const report = bugReport(new TypeError("x is undefined"));

  expect(report).toMatch(/TypeError: x is undefined\n {4}at .+bug-report\.test\.ts/);
  expect(report).toMatch(/This is a bug in the archiver/);
});
