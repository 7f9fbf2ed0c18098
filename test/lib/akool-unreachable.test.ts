import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { secondsUntilNextPoll } from "#domain/polling/poll-schedule.ts";
import { seededRandom } from "#test/chaos/random.ts";
import { type AlarmOnShare, notificationsOnShare } from "#test/support/alarm.ts";
import { acceptedJob, HOUR, OBSERVATIONS, START } from "#test/support/jobs.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const MINUTE = 60_000;
const SIX_DAYS = 6 * 24 * HOUR;

const alarmSchema = z.object({
  Threshold: z.number(),
  ComparisonOperator: z.literal("GreaterThanThreshold"),
  EvaluationPeriods: z.int(),
  DatapointsToAlarm: z.int(),
  AlarmDescription: z.string(),
  Metrics: z.array(
    z.object({
      Expression: z.optional(z.string()),
      MetricStat: z.optional(z.object({ Period: z.int(), Stat: z.literal("Sum") })),
    }),
  ),
});

/** The alarm as the stack defines it. */
function alarmOf(pollMaxSeconds: number): AlarmOnShare & { description: string } {
  const template = synthesizeTemplate({ "archiver.pollMaxSeconds": pollMaxSeconds });
  const found = Object.entries(template.findResources("AWS::CloudWatch::Alarm"));
  const [, resource] = found.find(([id]) => id.startsWith("MonitoringAkoolUnreachable")) ?? [];
  const alarm = alarmSchema.parse(resource?.Properties);
  expect(alarm.DatapointsToAlarm).toBe(alarm.EvaluationPeriods);
  const expression = alarm.Metrics.flatMap(({ Expression }) => Expression ?? [])[0] ?? "";
  const fewest = /^IF\((.+) >= (\d+), 100 \* FILL\(part, 0\) \/ \1, 0\)$/.exec(expression)?.[2];
  return {
    metricName: "AkoolUnavailable",
    fewestCalls: Number(fewest),
    percent: alarm.Threshold,
    periodSeconds: alarm.Metrics.flatMap(({ MetricStat }) => MetricStat?.Period ?? [])[0] ?? 0,
    evaluationPeriods: alarm.EvaluationPeriods,
    description: alarm.AlarmDescription,
  };
}

interface Followed {
  from: number;
  until: number;
  pollMaxSeconds: number;
  webhookExpected: boolean;
  random: () => number;
  /** Whether AKOOL gives no answer then, to this look of the job. */
  isAway: (at: number, poll: number) => boolean;
}

/** What is counted of one job that AKOOL never finishes. */
function pollsOf({ from, until, pollMaxSeconds, webhookExpected, random, isAway }: Followed) {
  const policy = { minSeconds: Math.min(5, pollMaxSeconds), maxSeconds: pollMaxSeconds };
  const counted: { name: string; value: number; at: number }[] = [];
  let troubleCount = 0;
  for (let now = from, poll = 1; now < until; poll++) {
    const away = isAway(now, poll);
    troubleCount = away ? troubleCount + 1 : 0;
    counted.push({ name: "AkoolLook", value: 1, at: now });
    if (away) counted.push({ name: "AkoolUnavailable", value: 1, at: now });
    const wait = secondsUntilNextPoll({
      job: { ...acceptedJob(), attemptPollCount: poll, troubleCount },
      observation: away ? OBSERVATIONS.unavailable : OBSERVATIONS.processing,
      now,
      random,
      policy,
      webhookExpected,
    });
    now += wait * 1000;
  }
  return counted;
}

const seeds = fc.nat({ max: 2 ** 31 });
/** Where the periods of CloudWatch lie is chance. */
const starts = fc.nat({ max: 2 * HOUR }).map((ms) => START + ms);

describe.each([60, 300, 900, 3_600])("the alarm on an outage, at %i s between polls", (pollMax) => {
  let alarm: ReturnType<typeof alarmOf>;
  beforeAll(() => {
    alarm = alarmOf(pollMax);
  });

  it.each([false, true])(
    "hears of it from one job, once (webhookExpected: %s)",
    (webhookExpected) => {
      fc.assert(
        fc.property(starts, seeds, (from, seed) => {
          const polls = pollsOf({
            from,
            until: from + SIX_DAYS,
            pollMaxSeconds: pollMax,
            webhookExpected,
            random: seededRandom(seed),
            isAway: () => true,
          });

          const [notified = Number.NaN, ...again] = notificationsOnShare(alarm, polls);
          expect(notified - from).toBeLessThanOrEqual(
            (alarm.evaluationPeriods + 1) * alarm.periodSeconds * 1000,
          );
          expect(again).toEqual([]);
        }),
        { numRuns: 30 },
      );
    },
  );

  it("keeps still for a quarter of an hour without an answer, however many jobs wait", () => {
    fc.assert(
      fc.property(starts, seeds, fc.integer({ min: 1, max: 40 }), (from, seed, jobs) => {
        const random = seededRandom(seed);
        const away = from + 3 * HOUR;
        const isAway = (at: number) => at >= away && at < away + 15 * MINUTE;
        const until = from + 6 * HOUR;
        const polls = Array.from({ length: jobs }, (_, i) =>
          pollsOf({
            from,
            until,
            pollMaxSeconds: pollMax,
            webhookExpected: i % 2 === 0,
            random,
            isAway,
          }),
        ).flat();

        expect(notificationsOnShare(alarm, polls)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it("keeps still when every third look of a lone job fails", () => {
    fc.assert(
      fc.property(starts, seeds, fc.boolean(), (from, seed, webhookExpected) => {
        const polls = pollsOf({
          from,
          until: from + 24 * HOUR,
          pollMaxSeconds: pollMax,
          webhookExpected,
          random: seededRandom(seed),
          isAway: (_at, poll) => poll % 3 === 0,
        });

        expect(notificationsOnShare(alarm, polls)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it("says for how long AKOOL has been away", () => {
    const minutes = (alarm.evaluationPeriods * alarm.periodSeconds) / 60;

    expect(alarm.description).toMatch(new RegExp(`^For ${minutes} minutes `));
  });
});
