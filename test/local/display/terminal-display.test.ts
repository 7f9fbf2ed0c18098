import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createTerminalDisplay } from "#local/display/terminal-display.ts";
import { START } from "#test/support/jobs.ts";
import { viewOf } from "../command/views.ts";
import { Screen } from "./screen.ts";

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

const FIRST = viewOf({ videoModelId: "first-job" });
const SECOND = viewOf({ videoModelId: "second-job" });

function firstWords(screen: Screen): string[] {
  return screen.lines.filter((line) => line !== "").map((line) => line.split("  ")[0] ?? "");
}

it("updates a job's line in place", () => {
  const screen = new Screen();
  const display = createTerminalDisplay(screen);

  display.changed(FIRST, [FIRST, SECOND]);
  const done = { ...SECOND, status: "completed" };
  display.changed(done, [FIRST, done]);

  expect(firstWords(screen)).toEqual(["first-job", "second-job"]);
  expect(screen.lines[1]).toContain("completed");
  display.finished([]);
});

it("counts the age on while nothing happens", () => {
  const screen = new Screen();
  const display = createTerminalDisplay(screen);
  display.changed(FIRST, [FIRST]);

  vi.advanceTimersByTime(65_000);

  expect(screen.lines[0]).toContain("1:05");
  display.finished([]);
});

it("keeps notes above the jobs", () => {
  const screen = new Screen();
  const display = createTerminalDisplay(screen);
  display.note("before");
  display.changed(FIRST, [FIRST]);

  display.note("meanwhile");

  expect(firstWords(screen)).toEqual(["before", "meanwhile", "first-job"]);
  display.finished([]);
});

it("leaves the table in place of the lines, then notes, and nothing that ticks", () => {
  const screen = new Screen();
  const display = createTerminalDisplay(screen);
  display.changed(FIRST, [FIRST]);

  display.finished([FIRST]);
  display.note("afterwards");

  expect(firstWords(screen)).toEqual(["Video", "first-job", "afterwards"]);
  expect(vi.getTimerCount()).toBe(0);
});

it("never hides the cursor, which a killed process could not show again", () => {
  const screen = new Screen();
  const display = createTerminalDisplay(screen);

  display.changed(FIRST, [FIRST]);

  expect(screen.isCursorHidden).toBe(false);
  display.finished([]);
});

it("leaves the last row to the cursor", () => {
  const screen = new Screen({ columns: 80, rows: 3 });
  const display = createTerminalDisplay(screen);

  display.changed(FIRST, [FIRST, SECOND, viewOf()]);

  expect(screen.lines).toEqual([
    expect.stringContaining("first-job"),
    "… and 2 more, 0 of them ended",
    "",
  ]);
  display.finished([]);
});

it("takes a terminal that does not tell its size for a usual one", () => {
  const screen = new Screen({});
  const display = createTerminalDisplay(screen);

  const reason = "x".repeat(200);
  display.changed(FIRST, [{ ...FIRST, reason }]);

  expect(screen.lines[0]).toMatch(/^first-job.*x…$/);
  display.finished([]);
});
