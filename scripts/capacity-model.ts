import { acceptJob } from "#domain/job/job.ts";
import { secondsUntilNextPoll } from "#domain/polling/poll-schedule.ts";

/** What a quota allows a second, in the three large regions and in the others. */
export interface Quota {
  /** As the page calls it. */
  name: string;
  large: number;
  other: number;
  /** How much of it one job needs. */
  needs: (job: JobProfile) => number;
  /** How to get more. */
  raise: string;
}

/** What one job takes, from its start to its archived video. */
export interface JobProfile {
  name: string;
  polls: number;
  transitions: number;
  /** Seconds of all functions together. */
  lambdaSeconds: number;
  /** From the start of the execution to its end, in seconds. */
  seconds: number;
}

/** AKOOL's documented sample took so long from creation to completion. */
const SAMPLE_SECONDS = 110;

/** Assumed, to be replaced by a deployment's own figures: its metrics show both. */
const ASSUMED = { pollSeconds: 0.5, archiveSeconds: 10 };

/** Events of a job that goes well: accepted, queueing, processing, completed, archived. */
const EVENTS = 5;

const SECONDS_A_DAY = 86_400;

/** Polls of a job of this length, by the default schedule without its jitter. */
export function pollsAt(seconds: number): number {
  const request = { videoModelId: "0".repeat(24) };
  const job = acceptJob({ request, execution: "", now: 0, defaultDeadlineHours: 24 });
  const policy = { minSeconds: 5, maxSeconds: 300 };
  const observation = { kind: "processing", akool: {} } as const;
  let polls = 1;
  for (let now = 0; now < seconds * 1000; polls++) {
    now += 1000 * secondsUntilNextPoll({ job, observation, now, random: () => 0.5, policy });
  }
  return polls;
}

/**
 * A job that is polled: Begin, and three transitions a poll, the last of which leads to
 * ArchiveVideo instead of Wait.
 */
export function polledJob(): JobProfile {
  const polls = pollsAt(SAMPLE_SECONDS);
  const transitions = 1 + 3 * polls;
  return profile("polled", polls, transitions);
}

/**
 * A job whose webhooks come: three polls, whatever its length. See `docs/architecture/workflow.md`.
 */
export function webhookJob(): JobProfile {
  return profile("with webhooks", 3, 10);
}

function profile(name: string, polls: number, transitions: number): JobProfile {
  const { pollSeconds, archiveSeconds } = ASSUMED;
  return {
    name,
    polls,
    transitions,
    lambdaSeconds: polls * pollSeconds + archiveSeconds,
    seconds: SAMPLE_SECONDS + archiveSeconds,
  };
}

/** See the sources on the page. */
export const QUOTAS: readonly Quota[] = [
  {
    name: "state transitions",
    large: 1_500,
    other: 500,
    needs: ({ transitions }) => transitions,
    raise: "Service Quotas; webhooks; a larger `pollMinSeconds`",
  },
  {
    name: "StartExecution",
    large: 300,
    other: 150,
    needs: () => 1,
    raise: "Service Quotas",
  },
  {
    name: "open executions",
    large: 1_000_000,
    other: 1_000_000,
    needs: ({ seconds }) => seconds,
    raise: "Service Quotas",
  },
  {
    name: "Lambda concurrency",
    large: 1_000,
    other: 1_000,
    needs: ({ lambdaSeconds }) => lambdaSeconds,
    raise: "Service Quotas",
  },
  {
    name: "PutEvents",
    large: 10_000,
    other: 2_400,
    needs: () => EVENTS,
    raise: "Service Quotas",
  },
  {
    name: "`POST /jobs` (`apiRateLimit`)",
    large: 50,
    other: 50,
    needs: () => 1,
    raise: "the setting, up to API Gateway's 10,000; events; imports",
  },
  {
    name: "index by status, 8 partitions",
    large: 8_000,
    other: 8_000,
    needs: () => 2,
    raise: "more shards, in code",
  },
  {
    name: "index by time, 8 partitions",
    large: 8_000,
    other: 8_000,
    needs: () => 1,
    raise: "more shards, in code",
  },
];

export type Region = "large" | "other";

/** Jobs a day that a quota carries, if they come evenly. */
export function jobsADay(quota: Quota, job: JobProfile, region: Region): number {
  return (quota[region] / quota.needs(job)) * SECONDS_A_DAY;
}

/** Which quota is met first. */
export function bottleneck(job: JobProfile, region: Region): Quota {
  return QUOTAS.reduce((least, quota) =>
    jobsADay(quota, job, region) < jobsADay(least, job, region) ? quota : least,
  );
}

/** What so many jobs a day need of a quota, if they come evenly. */
export function needed(quota: Quota, job: JobProfile, jobs: number): number {
  return (jobs / SECONDS_A_DAY) * quota.needs(job);
}

/** Polls of AKOOL a second, which publishes no quota. */
export function pollsASecond(job: JobProfile, jobs: number): number {
  return (jobs / SECONDS_A_DAY) * job.polls;
}
