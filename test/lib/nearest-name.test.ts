import { describe, expect, it } from "vitest";
import { nearestName } from "#lib/nearest-name.ts";

const NAMES = ["logRetentionDays", "pollMinSeconds", "pollMaxSeconds"];

describe("the nearest name", () => {
  it.each([
    ["logRetentionDays", "logRetentionDays"],
    ["logsRetention", "logRetentionDays"],
    ["POLLMAXSECONDS", "pollMaxSeconds"],
    ["maxPollSeconds", "pollMaxSeconds"],
    ["pollMinSecondsPerJob", "pollMinSeconds"],
  ])("to %s is %s", (name, nearest) => {
    expect(nearestName(name, NAMES)).toBe(nearest);
  });

  it.each(["", "x"])("to %j, which is like none, is the first", (name) => {
    expect(nearestName(name, NAMES)).toBe("logRetentionDays");
  });
});
