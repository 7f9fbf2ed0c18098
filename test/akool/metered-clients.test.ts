import { describe, expect, it } from "vitest";
import type { CreateOutcome } from "#akool/create-outcome.ts";
import { interpret } from "#akool/interpret.ts";
import { meteredCreates, meteredPolls } from "#akool/metered-clients.ts";
import type { Observation } from "#domain/job/observation.ts";
import type { MetricName } from "#domain/metrics.ts";
import { OBSERVATIONS, VIDEO_ID } from "#test/support/jobs.ts";

async function countsOfPoll(observation: Observation): Promise<MetricName[]> {
  const counted: MetricName[] = [];
  const client = meteredPolls(
    { poll: async () => observation },
    { add: (metric) => void counted.push(metric) },
  );
  expect(await client.poll(VIDEO_ID)).toBe(observation);
  return counted;
}

async function countsOfCreate(outcome: CreateOutcome): Promise<MetricName[]> {
  const counted: MetricName[] = [];
  const client = meteredCreates(
    { createCharacterSwap: async () => outcome },
    { add: (metric) => void counted.push(metric) },
  );
  const swap = { image: "https://example.com/a.png", video: "https://example.com/b.mp4" };
  expect(await client.createCharacterSwap(swap)).toBe(outcome);
  return counted;
}

describe("a poll", () => {
  it.each<[Observation["kind"], MetricName[]]>([
    ["processing", []],
    ["completed", []],
    ["failed", []],
    ["not_found", []],
    ["rejected", []],
    ["throttled", ["AkoolThrottled"]],
    ["unavailable", ["AkoolUnavailable"]],
    ["account_fault", ["AkoolAccountFault"]],
    ["unknown_status", ["AkoolUndocumented"]],
  ])("that observes %s counts as a poll and as %j", async (kind, metrics) => {
    expect(await countsOfPoll(OBSERVATIONS[kind])).toEqual(["AkoolLook", ...metrics]);
  });

  it.each<[number, MetricName]>([
    [200, "AkoolUnavailable"],
    [401, "AkoolAccountFault"],
  ])(
    "with a code that is not documented, under HTTP %d, counts as such",
    async (status, metric) => {
      const observation = interpret(VIDEO_ID, { status, body: '{"code":7777}' });

      expect(await countsOfPoll(observation)).toEqual(["AkoolLook", metric, "AkoolUndocumented"]);
    },
  );
});

describe("a billable call", () => {
  it.each<[CreateOutcome, MetricName[]]>([
    [{ kind: "created", videoModelId: VIDEO_ID }, []],
    [{ kind: "refused", code: 1003, message: "m" }, []],
    [{ kind: "unknown", detail: "d" }, ["SubmissionUnknown"]],
    [{ kind: "not_now", trouble: "account_fault", detail: "d" }, ["AkoolAccountFault"]],
    [{ kind: "not_now", trouble: "throttled", detail: "d" }, ["AkoolThrottled"]],
    [{ kind: "not_now", trouble: "unavailable", detail: "d" }, ["AkoolUnavailable"]],
  ])("with the outcome %j counts as a call and as %j", async (outcome, metrics) => {
    expect(await countsOfCreate(outcome)).toEqual(["AkoolCreate", ...metrics]);
  });
});
