import {
  clientAt,
  dynaliteTable,
  TABLE,
  type TestStore,
} from "@akool-archiver/test-support/dynamodb.ts";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import pMap from "p-map";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allJobs } from "#aws/all-jobs.ts";
import { createJobStore } from "#aws/job-store.ts";
import { VersionConflict } from "#aws/versioned-write.ts";
import {
  acceptAgain,
  acceptJob,
  type Job,
  lastChange,
  toIso,
  withStatus,
} from "#domain/job/job.ts";
import { isEnded, type JobStatus } from "#domain/job/job-status.ts";
import { conclude } from "#domain/job/transition.ts";
import { type Random, seededRandom } from "#test/chaos/random.ts";
import { ARCHIVE, HOUR, START } from "#test/support/jobs.ts";
import { testLedger } from "#test/support/ledger.ts";
import { countChanges } from "#use-cases/ledger/count-changes.ts";
import { readLedger } from "#use-cases/ledger/read-ledger.ts";
import { rebuildLedger } from "#use-cases/ledger/rebuild-ledger.ts";
import { publishDueChanges } from "#use-cases/tracking/publish-due-changes.ts";

/** `LEDGER_JOBS=10000` plays the size of a large deployment, for as long as it takes. */
const JOBS = Number(process.env.LEDGER_JOBS ?? 250);
const KILLS = 200;
/** Some 50 ms a job on a machine of two cores, and several times that while it does other things. */
const TIMEOUT_MS = 120_000 + JOBS * 600;
const SEED = Number(process.env.LEDGER_SEED ?? 20_261_127);
const AT_ONCE = 16;
const DAYS = 5;

let table: TestStore;
beforeAll(async () => {
  table = await dynaliteTable();
});
afterAll(() => table.close());

/** What one process has of the store: everything, until it is killed at one of its requests. */
function processOf(client: DynamoDBClient) {
  const store = createJobStore({ client, tableName: TABLE, retentionDays: 0 });
  const ledger = testLedger(client, () => START);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const dependencies = {
    ...{ store, log, eventBusName: "events", now: () => START },
    publish: async () => {},
    enterInLedger: ledger.enterInLedger,
  };
  return { store, ledger, dependencies };
}

/** @param lifetime requests after which the process is gone; of the last one only the effect stays */
function mortalClient(lifetime: number): DynamoDBClient {
  const client = clientAt(table.endpoint);
  let left = lifetime;
  client.middlewareStack.add(
    (next) => async (args) => {
      if (left <= 0) throw new Error("killed");
      left -= 1;
      const answer = await next(args);
      if (left === 0 && lifetime % 2 === 0) throw new Error("killed before it had the answer");
      return answer;
    },
    // Inside of the SDK's repetitions would mean that a dead process repeats its request.
    { step: "initialize" },
  );
  return client;
}

const STEPS: readonly JobStatus[] = ["queueing", "processing", "completed"];
const ENDS: readonly JobStatus[] = ["failed", "not_found", "timed_out", "cancelled", "rejected"];
const TEAMS = ["film", "ads", "news"];

/** The life of one job: writes of its record, each published once, twice, late or not at all. */
class Life {
  readonly #random: Random;
  readonly #processes: () => ReturnType<typeof processOf>;
  readonly #id: string;
  readonly #at: number;

  constructor(id: string, random: Random, processes: () => ReturnType<typeof processOf>) {
    this.#id = id;
    this.#random = random;
    this.#processes = processes;
    this.#at = START + Math.floor(random() * DAYS * 24) * HOUR;
  }

  async live(): Promise<void> {
    const attempts = 1 + Math.floor(this.#random() * 3);
    await this.#write(() => this.#begun());
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (attempt > 1) await this.#write((job) => this.#again(job));
      for (const status of STEPS) {
        if (this.#chance(0.9)) await this.#write((job) => this.#moved(job, status));
      }
      await this.#write((job) => this.#ended(job));
    }
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #begun(): Job {
    const team = TEAMS[Math.floor(this.#random() * 4)];
    const job = acceptJob({
      request: {
        videoModelId: this.#id,
        ...(team === undefined ? {} : { tags: { team } }),
        ...(this.#chance(0.3) ? { submission: { estimatedCredits: 20 } } : {}),
      },
      execution: "first",
      now: this.#at,
      defaultDeadlineHours: 24,
    });
    return job;
  }

  #again(job: Job): Job | undefined {
    if (!isEnded(job.status) || job.status === "archived") return undefined;
    const request = { videoModelId: this.#id };
    const attempt = { request, execution: "next", now: this.#at, defaultDeadlineHours: 24 };
    return acceptAgain(job, attempt);
  }

  #moved(job: Job, status: JobStatus): Job | undefined {
    if (isEnded(job.status)) return undefined;
    const charged = Math.round(this.#random() * 200) / 8;
    const createdAt = this.#at - Math.floor(this.#random() * 3) * HOUR;
    const seen: Job = {
      ...job,
      // AKOOL names another creation with each answer; the entry keeps to the first.
      videoExpiresAt: toIso(createdAt + 7 * 24 * HOUR),
      akool: { type: Math.floor(this.#random() * 3), deduction_credit: charged },
    };
    return withStatus(seen, status, this.#at);
  }

  #ended(job: Job): Job | undefined {
    if (isEnded(job.status)) return undefined;
    if (job.status !== "completed") {
      const end = ENDS[Math.floor(this.#random() * ENDS.length)] ?? "failed";
      return conclude(job, end, this.#at);
    }
    return this.#chance(0.8)
      ? withStatus({ ...job, archive: ARCHIVE }, "archived", this.#at)
      : conclude(job, this.#chance(0.5) ? "archive_failed" : "expired", this.#at);
  }

  /** A process may die at any request; the next one reads the record and goes on. */
  async #write(change: (job: Job) => Job | undefined): Promise<void> {
    const { store, dependencies } = this.#processes();
    try {
      const known = await store.get(this.#id);
      const next = known === undefined ? this.#begun() : change(known);
      if (next === undefined) return;
      const written =
        known === undefined ? await store.create(next) : await store.replace(known, next);
      if (this.#chance(0.1)) return;
      const deliveries = this.#chance(0.2) ? 2 : 1;
      await Promise.all(
        Array.from({ length: deliveries }, () => publishDueChanges(dependencies, written)),
      );
    } catch (error) {
      if (!isDeath(error)) throw error;
    }
  }
}

function isDeath(error: unknown): boolean {
  return (
    error instanceof VersionConflict ||
    (error instanceof Error && error.message.startsWith("killed"))
  );
}

/** By the plainest means, from the records alone. */
function recount(jobs: readonly Job[]) {
  const counted = jobs.filter(
    (job) => isEnded(job.status) || job.attempt > 1 || job.submission !== undefined,
  );
  const credits = (job: Job) => Number(job.akool?.deduction_credit ?? 0);
  const archived = counted.filter((job) => job.archive !== undefined);
  const total = (of: readonly Job[]) => of.reduce((sum, job) => sum + credits(job), 0);
  const byTeam = Object.groupBy(counted, (job) => job.tags.team ?? "none");
  return {
    jobs: counted.length,
    charged: total(counted),
    estimated: counted.reduce((sum, job) => sum + (job.submission?.estimatedCredits ?? 0), 0),
    archived: archived.length,
    bytes: archived.length * ARCHIVE.bytes,
    teams: new Map(Object.entries(byTeam).map(([team, of = []]) => [team, [of.length, total(of)]])),
  };
}

describe(`a ledger over ${JOBS} jobs with retries, cancellations and double deliveries`, () => {
  it(
    `equals a recount of the records, credit for credit, after ${KILLS} kills`,
    async () => {
      const random = seededRandom(SEED);
      const immortal = processOf(table.client);
      const everyFew = Math.max(1, Math.floor((JOBS * 6) / KILLS));
      let kills = 0;
      let calls = 0;
      const mortals: DynamoDBClient[] = [];
      const processes = () => {
        calls += 1;
        if (calls % everyFew > 0) return immortal;
        kills += 1;
        const client = mortalClient(1 + Math.floor(random() * 9));
        mortals.push(client);
        return processOf(client);
      };
      const ids = Array.from({ length: JOBS }, (_, i) => `recount-${SEED}-${i}`);
      await pMap(
        ids,
        async (id, i) => {
          await new Life(id, random, processes).live();
          // The sweeper's part goes on meanwhile, and is killed as well.
          if (i % 40 === 0) {
            const { ledger } = processes();
            await countChanges(ledger, Number.POSITIVE_INFINITY).catch((error: unknown) => {
              if (!isDeath(error)) throw error;
            });
          }
        },
        { concurrency: AT_ONCE },
      );
      expect(kills).toBeGreaterThanOrEqual(KILLS);
      for (const client of mortals) client.destroy();

      const jobs = await quiet(immortal);
      await expectEqual(immortal, jobs);
      const records = allJobs(table.client, TABLE);
      const { ledger } = immortal;
      expect(await rebuildLedger({ ...ledger, jobs: records })).toBe(jobs.length);
      await expectEqual(immortal, jobs);
    },
    TIMEOUT_MS,
  );
});

type Process = ReturnType<typeof processOf>;

/** As the sweeper does: what is still due is published, and what has changed is added up. */
async function quiet({ store, dependencies, ledger }: Process): Promise<Job[]> {
  const jobs: Job[] = [];
  for await (const job of allJobs(table.client, TABLE)) {
    // A death has left it in the middle of an attempt; the ledger is kept at ends.
    const ended = isEnded(job.status) ? job : conclude(job, "timed_out", START);
    jobs.push(ended === job ? job : await store.replace(job, ended));
  }
  const published = await pMap(jobs, (job) => publishDueChanges(dependencies, job), {
    concurrency: AT_ONCE,
  });
  for (const job of published) expect(job.publishedSeq).toBe(lastChange(job).seq);
  await countChanges(ledger, Number.POSITIVE_INFINITY);
  expect(await ledger.sums.changedHours(1)).toEqual([]);
  return published;
}

async function expectEqual({ ledger }: Process, jobs: readonly Job[]): Promise<void> {
  const expected = recount(jobs);
  const range = { from: "2026-01-04", to: "2026-01-20" };
  const byDay = await readLedger(ledger, { ...range, groupBy: "day" });
  const { teams, ...total } = expected;

  expect(byDay.total).toMatchObject(total);
  for (const groupBy of ["product", "tag:team"] as const) {
    const { rows } = await readLedger(ledger, { ...range, groupBy });
    expect(rows.reduce((sum, { sums }) => sum + sums.charged, 0)).toBeCloseTo(total.charged, 6);
    if (groupBy === "product") continue;
    expect(new Map(rows.map(({ group, sums }) => [group, [sums.jobs, sums.charged]]))).toEqual(
      teams,
    );
  }
}
