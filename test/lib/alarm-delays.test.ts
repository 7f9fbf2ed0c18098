import { beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import { seededRandom } from "#test/chaos/random.ts";
import {
  alarmSchema,
  type Circumstances,
  CloudWatchAlarm,
  type Sample,
} from "#test/support/cloudwatch.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const HEALTHY_UNTIL = 8 * 60;
const FAILING_FOR = 3 * 60;
const OVER = HEALTHY_UNTIL + FAILING_FOR;

/** What is published from one minute to another, while all is well or while it is not. */
type Publishes = (from: number, until: number, random: () => number) => Sample[];

const nothing: Publishes = () => [];
/** One event of `value` in every so many minutes. */
const every =
  (minutes: number, metric: string, value = 1): Publishes =>
  (from, until) =>
    Array.from({ length: Math.ceil((until - from) / minutes) }, (_, i) => ({
      metric,
      value,
      at: from + i * minutes,
    }));
const all =
  (...parts: readonly Publishes[]): Publishes =>
  (from, until, random) =>
    parts.flatMap((part) => part(from, until, random));
/** The sweeper's clock strikes every 5 minutes, and a run takes up to 4. */
const runs =
  (...values: readonly [metric: string, value: number][]): Publishes =>
  (from, until, random) =>
    Array.from({ length: Math.ceil((until - from) / 5) }, (_, i) => from + i * 5).flatMap(
      (tick) => {
        const at = tick + Math.floor(random() * 5);
        return at < until ? values.map(([metric, value]) => ({ metric, value, at })) : [];
      },
    );

/** What every alarm is about: its metrics while all is well, and while its cause goes on. */
const CAUSES: Readonly<Record<string, { healthy: Publishes; failing: Publishes }>> = {
  AccountFault: { healthy: every(1, "AkoolLook"), failing: every(5, "AkoolAccountFault") },
  AkoolUnreachable: {
    healthy: every(5, "AkoolLook"),
    failing: all(every(5, "AkoolLook"), every(5, "AkoolUnavailable")),
  },
  AkoolThrottling: {
    healthy: all(every(1, "AkoolLook"), every(30, "AkoolThrottled")),
    failing: all(every(1, "AkoolLook", 2), every(1, "AkoolThrottled")),
  },
  AkoolUndocumented: { healthy: nothing, failing: every(60, "AkoolUndocumented") },
  SubmissionUnknown: { healthy: nothing, failing: every(FAILING_FOR, "SubmissionUnknown") },
  OwnFault: { healthy: nothing, failing: every(FAILING_FOR, "ExecutionsFailed") },
  JobsRefused: { healthy: every(30, "JobRejected"), failing: every(1, "JobNotFound", 5) },
  ImportFailed: { healthy: nothing, failing: every(FAILING_FOR, "ExecutionsTimedOut") },
  DeadLetters: {
    healthy: every(1, "ApproximateNumberOfMessagesVisible", 0),
    failing: every(1, "ApproximateNumberOfMessagesVisible", 1),
  },
  WebhooksNotTaken: {
    healthy: every(1, "WebhookVerified"),
    failing: every(1, "WebhookRefused", 5),
  },
  VideoExpiring: { healthy: nothing, failing: every(120, "VideoExpiringUnarchived") },
  SweeperStopped: { healthy: runs(["SweepChecked", 0]), failing: nothing },
  SweeperBehind: {
    healthy: runs(["SweepDelay", 60]),
    failing: runs(["SweepDelay", 1_801]),
  },
  EventsUnpublished: {
    healthy: runs(["UnpublishedAge", 0]),
    failing: runs(["UnpublishedAge", 1_201]),
  },
  LedgerBehind: {
    healthy: runs(["LedgerDelay", 0]),
    failing: runs(["LedgerDelay", 1_801]),
  },
  BudgetReached: { healthy: nothing, failing: every(FAILING_FOR, "CreditBudgetReached") },
  SweeperFailing: { healthy: nothing, failing: runs(["SweepFailed", 1]) },
  ArchiveFailing: {
    healthy: every(30, "JobArchiveFailed"),
    failing: every(1, "JobArchiveFailed", 5),
  },
  VideoExpired: { healthy: nothing, failing: every(FAILING_FOR, "VideoExpired") },
  FunctionErrors: { healthy: every(10, "sweeper"), failing: every(1, "checkStatus", 5) },
  FunctionThrottles: { healthy: every(30, "Throttles"), failing: every(2, "Throttles") },
  ExecutionThrottled: {
    healthy: every(30, "ExecutionThrottled"),
    failing: every(2, "ExecutionThrottled"),
  },
  ApiServerErrors: { healthy: every(10, "5xx"), failing: every(1, "5xx", 5) },
  TablesThrottled: {
    healthy: every(30, "ThrottledRequests"),
    failing: every(2, "ThrottledRequests"),
  },
};

const CIRCUMSTANCES: readonly Circumstances[] = [0, 1, 3].flatMap((lateness) =>
  [2, 3].flatMap((extraPeriods) =>
    [true, false].map((fillsEmpty) => ({ lateness, extraPeriods, fillsEmpty })),
  ),
);

type Alarm = z.infer<typeof alarmSchema>;
let alarms: ReadonlyMap<string, Alarm>;
beforeAll(() => {
  const found = Object.entries(
    synthesizeTemplate({ archiver: { creditBudget: 1_000 } }).findResources(
      "AWS::CloudWatch::Alarm",
    ),
  );
  alarms = new Map(
    found.map(([id, { Properties }]) => [
      id.replace(/^Monitoring(.*)[0-9A-F]{8}$/, "$1"),
      alarmSchema.parse(Properties),
    ]),
  );
});

/** What the alarm's text promises, in minutes. */
function promiseOf({ AlarmDescription }: Alarm) {
  const text = /\(Goes off within (\d+) minutes, and ends within (\d+) minutes of /;
  const [, toGoOff, toEnd] = text.exec(AlarmDescription) ?? [];
  return { toGoOff: Number(toGoOff), toEnd: Number(toEnd) };
}

function story(id: string, afterwards: Publishes) {
  const { healthy, failing } = CAUSES[id] ?? expect.fail(`no cause of ${id}`);
  const random = seededRandom(id.length);
  return [
    ...healthy(0, HEALTHY_UNTIL, random),
    ...failing(HEALTHY_UNTIL, OVER, random),
    ...afterwards(OVER, OVER + 6 * 60, random),
  ];
}

it("every alarm has a cause here, and every cause an alarm", () => {
  expect([...alarms.keys()].toSorted()).toEqual(Object.keys(CAUSES).toSorted());
});

describe.each(Object.keys(CAUSES))("%s", (id) => {
  const alarmOf = () => alarms.get(id) ?? expect.fail();
  const healthy = CAUSES[id]?.healthy ?? nothing;

  it.each(CIRCUMSTANCES)("is silent while all is well, with %j", (circumstances) => {
    const watched = new CloudWatchAlarm(alarmOf(), story(id, healthy), circumstances);

    expect(watched.first("ALARM", 4 * 60, HEALTHY_UNTIL)).toBeUndefined();
  });

  it.each(CIRCUMSTANCES)("goes off and ends as soon as its text says, with %j", (circumstances) => {
    const { toGoOff, toEnd } = promiseOf(alarmOf());
    const watched = new CloudWatchAlarm(alarmOf(), story(id, healthy), circumstances);

    const begun = watched.first("ALARM", HEALTHY_UNTIL, OVER) ?? expect.fail("never went off");
    expect(begun - HEALTHY_UNTIL).toBeLessThanOrEqual(toGoOff);
    const ended = watched.first("OK", OVER, OVER + 6 * 60) ?? expect.fail("never ended");
    expect(ended - OVER).toBeLessThanOrEqual(toEnd);
  });

  it.each(CIRCUMSTANCES)("treats silence as its text says, with %j", (circumstances) => {
    const watched = new CloudWatchAlarm(alarmOf(), story(id, nothing), circumstances);
    const long = OVER + 6 * 60;

    // Nothing at all is the one thing that the sweeper's own alarm is about.
    expect(watched.at(long)).toBe(id === "SweeperStopped" ? "ALARM" : "OK");
  });
});

it("the alarm on a stopped sweeper would be three to four quarters of an hour late without FILL", () => {
  const bare: Alarm = {
    AlarmDescription: "",
    MetricName: "SweepChecked",
    Statistic: "SampleCount",
    Period: 900,
    Threshold: 1,
    ComparisonOperator: "LessThanThreshold",
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    TreatMissingData: "breaching",
  };
  const late = [2, 3].map((extraPeriods) =>
    new CloudWatchAlarm(bare, story("SweeperStopped", nothing), {
      lateness: 1,
      extraPeriods,
      fillsEmpty: true,
    }).first("ALARM", HEALTHY_UNTIL, OVER),
  );

  expect(late.map((minute = 0) => minute - HEALTHY_UNTIL)).toEqual([
    expect.closeTo(45, -1),
    expect.closeTo(60, -1),
  ]);
});
