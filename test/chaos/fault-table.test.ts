import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FAULT_NAMES, INTRUSION_NAMES } from "./faults.ts";
import { ACTIONS, INVOCATION_KINDS } from "./history.ts";

const ROOT = new URL("../../", import.meta.url);
const DEFAULT_FILE = "test/chaos/fault-by-fault.slow.test.ts";

/** What is played by name, and the rest of the name of its test. */
const SERIES = {
  "is overcome": FAULT_NAMES,
  "is away for half an hour": ["akool", "dynamodb", "events", "s3", "secrets"],
  "is made up for": INVOCATION_KINDS,
  "does no harm": INTRUSION_NAMES,
  "comes to what it should": ACTIONS,
} satisfies Record<string, readonly string[]>;

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
  const series = Object.entries<readonly string[]>(SERIES).find(([end]) => test.endsWith(end));
  if (series === undefined) return source.includes(`"${test}`);
  const [end, names] = series;
  return names.includes(test.slice(0, -end.length - 1)) && source.includes(`"%s ${end}`);
}

describe("the fault table of docs/reliability.md", () => {
  it.each(rows)("$fault: has a test, which exists", ({ test = "", file }) => {
    expect(isTestOf(file, test), `${file}: ${test}`).toBe(true);
  });

  it.each(Object.entries<readonly string[]>(SERIES))(
    "has a row for everything that %s",
    (end, names) => {
      const tests = rows.map(({ test }) => test);
      expect(tests).toEqual(expect.arrayContaining(names.map((name) => `${name} ${end}`)));
    },
  );
});
