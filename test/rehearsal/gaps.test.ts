import { describe, expect, it } from "vitest";
import type { Gap } from "#rehearsal/gaps.ts";
import { GAPS } from "#rehearsal/gaps.ts";
import { probeGaps } from "#rehearsal/probe-gaps.ts";
import type { Prober } from "#rehearsal/probes.ts";
import { runScenarios } from "#rehearsal/run-scenarios.ts";
import { SCENARIOS } from "#rehearsal/scenarios/all.ts";
import type { Scenario, Stage } from "#rehearsal/scenarios/scenario.ts";

const prober = {} as Prober;
const stage = {} as Stage;
const gap = (hasClosed: Gap["hasClosed"]): Gap => ({ reason: "why", hasClosed });

describe("gaps of the emulator", () => {
  it("are open until their probe finds that they have closed, of which is warned", async () => {
    const lines: string[] = [];
    const gaps = {
      open: gap(async () => false),
      closed: gap(async () => true),
      broken: gap(async () => {
        throw new Error("no answer");
      }),
    };

    const open = await probeGaps(prober, (line) => lines.push(line), gaps);

    expect([...open]).toEqual(["open", "broken"]);
    expect(lines).toEqual([expect.stringContaining('no gap "closed"')]);
  });
});

describe("scenarios", () => {
  const run = async (scenarios: Scenario[], open: (keyof typeof GAPS)[] = []) => {
    const lines: string[] = [];
    const report = await runScenarios(scenarios, stage, new Set(open), (line) => lines.push(line));
    return { report, lines };
  };
  const passes = async () => {};
  const fails = async () => {
    throw new TypeError("not so");
  };

  it("are told as they end; what fails stops nothing", async () => {
    const { report, lines } = await run([
      { name: "one", run: fails },
      { name: "two", run: passes },
    ]);

    expect(report).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(lines.join("\n")).toMatch(/FAIL.*one\n.*TypeError: not so.*\nok.*two/);
  });

  it("are skipped while a gap is open, with its reason, and run once it has closed", async () => {
    const scenario: Scenario = { name: "one", waitsFor: ["redrive"], run: passes };

    const waiting = await run([scenario], ["redrive"]);
    expect(waiting.report).toEqual({ passed: 0, failed: 0, skipped: 1 });
    expect(waiting.lines[0]).toContain(GAPS.redrive.reason);
    expect((await run([scenario], ["itemBatcher"])).report.passed).toBe(1);
  });

  it("have names of their own", () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
