import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FAULT_NAMES } from "./faults.ts";

const ROOT = new URL("../../", import.meta.url);
const DEFAULT_FILE = "test/chaos/fault-by-fault.test.ts";

/** The tests that `docs/reliability.md` names, by row. */
const rows = readFileSync(new URL("docs/reliability.md", ROOT), "utf8")
  .split("\n## ")
  .filter((section) => section.startsWith("Faults\n"))
  .flatMap((section) => section.split("\n"))
  .filter(
    (line) => line.startsWith("| ") && !line.startsWith("| **") && !line.startsWith("| fault"),
  )
  .map((line) => {
    const [, fault = "", , proof = ""] = line.split("|").map((cell) => cell.trim());
    const [, test, file = DEFAULT_FILE] = /^"(.+)"(?: in `(.+)`)?$/.exec(proof) ?? [];
    return { fault, test, file };
  });

/** As it stands in the source; one name of a series stands for its template. */
function isTestOf(file: string, test: string): boolean {
  const source = readFileSync(new URL(file, ROOT), "utf8");
  const [, ofSeries] = /^(\S+) (?:is overcome|is away for half an hour)$/.exec(test) ?? [];
  if (ofSeries === undefined) return source.includes(`"${test}`);
  const isKnown = FAULT_NAMES.some((name) => name === ofSeries) || source.includes(`"${ofSeries}"`);
  return isKnown && source.includes(`"${test.replace(ofSeries, "%s")}"`);
}

describe("the fault table of docs/reliability.md", () => {
  it.each(rows)("$fault: has a test, which exists", ({ test = "", file }) => {
    expect(isTestOf(file, test), `${file}: ${test}`).toBe(true);
  });

  it("has a row for every fault of a request", () => {
    const tests = rows.map(({ test }) => test);
    expect(tests).toEqual(expect.arrayContaining(FAULT_NAMES.map((name) => `${name} is overcome`)));
  });
});
