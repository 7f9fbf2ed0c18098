import { TABLE, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { createDurationStore } from "#aws/duration-store.ts";
import type { EventEntry } from "#aws/event-entries.ts";
import { createJobStore, type JobStore } from "#aws/job-store.ts";
import type { Observation } from "#domain/job/observation.ts";
import type { Meter, MetricName } from "#domain/metrics.ts";
import type { CheckDependencies } from "#use-cases/tracking/check-job.ts";
import { createLearnedDurations } from "#use-cases/tracking/learned-durations.ts";
import { START } from "./jobs.ts";
import { testLedger } from "./ledger.ts";

export interface TestDependencies extends CheckDependencies {
  /** What AKOOL says, one entry a poll; the last one is repeated. */
  answers: Observation[];
  polls: string[];
  /** Executions that are alive. */
  alive: Set<string>;
  clock: { now: number };
  meter: Meter;
  measured: { metric: MetricName; value: number }[];
  /** What the bus has taken. */
  published: EventEntry[];
  logged: { level: "info" | "warn" | "error"; message: string; fields: Record<string, unknown> }[];
}

/** The dependencies of tracking over a real store, with a scripted AKOOL and a clock set by hand. */
export function testDependencies(table: TestStore, store?: JobStore): TestDependencies {
  const answers: Observation[] = [];
  const polls: string[] = [];
  const alive = new Set<string>();
  const clock = { now: START };
  const measured: TestDependencies["measured"] = [];
  const published: EventEntry[] = [];
  const logged: TestDependencies["logged"] = [];
  const ambient: Pick<TestDependencies, "now" | "random" | "log"> = {
    now: () => clock.now,
    random: () => 0.5,
    log: {
      info: (message, fields) => void logged.push({ level: "info", message, fields }),
      warn: (message, fields) => void logged.push({ level: "warn", message, fields }),
      error: (message, fields) => void logged.push({ level: "error", message, fields }),
    },
  };
  return {
    ...ambient,
    durations: createLearnedDurations(
      { ...ambient, durations: createDurationStore(table.client, TABLE, 30_000) },
      { minSeconds: 5, maxSeconds: 300 },
    ),
    store: store ?? createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 }),
    akool: {
      async poll(videoModelId) {
        polls.push(videoModelId);
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        if (answer === undefined) throw new Error("the test has scripted no answer of AKOOL");
        return answer;
      },
    },
    executions: { isRunning: async (arn) => alive.has(arn) },
    rateLimit: { after: async () => 1 },
    enterInLedger: testLedger(table.client, () => clock.now).enterInLedger,
    eventBusName: "events",
    publish: async (entry) => void published.push(entry),
    published,
    answers,
    polls,
    alive,
    clock,
    meter: { add: (metric, value = 1) => void measured.push({ metric, value }) },
    measured,
    logged,
  };
}

/** A store that lets another writer in just before each of the first `times` writes. */
export function withInterference(
  store: JobStore,
  interfere: (read: Parameters<JobStore["replace"]>[0]) => Promise<unknown>,
  times = 1,
): JobStore {
  let left = times;
  return {
    ...store,
    async replace(read, next) {
      if (left-- > 0) await interfere(read);
      return store.replace(read, next);
    },
  };
}
