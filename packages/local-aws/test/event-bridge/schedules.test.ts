import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { EventEnvelope } from "../../src/event-bridge/event-bridge.ts";
import { startSchedules } from "../../src/event-bridge/schedules.ts";
import type { ScheduleAsset } from "../../src/template/assembly.ts";
import { FUNCTION_ARN, target } from "./fixtures.ts";

const schedule: ScheduleAsset = {
  arn: "arn:aws:events:us-east-1:000000000000:rule/Tick",
  everyMs: 300_000,
  targets: [target({ arn: FUNCTION_ARN })],
};

beforeEach(() => vi.useFakeTimers({ now: Date.parse("2026-11-24T10:00:00.500Z") }));
afterEach(() => vi.useRealTimers());

it("a schedule fires at once, then at its rate, and no more once it is closed", async () => {
  const events: EventEnvelope[] = [];
  const schedules = startSchedules(
    [schedule],
    { routeTo: async (_rule, event) => void events.push(event) },
    () => {},
  );

  await vi.advanceTimersByTimeAsync(600_000);
  schedules.close();
  await vi.advanceTimersByTimeAsync(600_000);

  expect(events.map(({ time }) => time)).toEqual([
    "2026-11-24T10:00:00Z",
    "2026-11-24T10:05:00Z",
    "2026-11-24T10:10:00Z",
  ]);
  expect(events[0]).toMatchObject({
    "detail-type": "Scheduled Event",
    source: "aws.events",
    resources: [schedule.arn],
    detail: {},
  });
});

it("an event that cannot be kept is reported, and the schedule continues", async () => {
  const problems: string[] = [];
  const schedules = startSchedules(
    [schedule],
    { routeTo: () => Promise.reject(new Error("disk full")) },
    (text) => void problems.push(text),
  );

  await vi.advanceTimersByTimeAsync(300_000);
  schedules.close();

  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain("disk full");
});
