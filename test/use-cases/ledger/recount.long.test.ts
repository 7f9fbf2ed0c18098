import { dynaliteTable, TABLE, type TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import pMap from "p-map";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allJobs } from "#aws/all-jobs.ts";
import { type Job, lastChange } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";
import { conclude } from "#domain/job/transition.ts";
import { seededRandom } from "#test/chaos/random.ts";
import { ARCHIVE, START } from "#test/support/jobs.ts";
import { countChanges } from "#use-cases/ledger/count-changes.ts";
import { readLedger } from "#use-cases/ledger/read-ledger.ts";
import { rebuildLedger } from "#use-cases/ledger/rebuild-ledger.ts";
import { publishDueChanges } from "#use-cases/tracking/publish-due-changes.ts";
import { INCIDENTS, type Incident, JobLife } from "./job-life.ts";
import { type Process, Processes, processOf } from "./mortal-processes.ts";

/** `LEDGER_JOBS=10000` plays the size of a large deployment, for as long as it takes. */
const JOBS = Number(process.env.LEDGER_JOBS ?? 250);
const KILLS = 200;
/** Some 50 ms a job on a machine of two cores, and several times that while it does other things. */
const TIMEOUT_MS = 120_000 + JOBS * 600;
const SEED = Number(process.env.LEDGER_SEED ?? 20_261_127);
const AT_ONCE = 16;
/** Of the sweeper, for one job. */
const MOST_RUNS = 5;
/** A job has some nine processes, and half of those that are to be killed end before that. */
const EVERY_FEW = Math.max(1, Math.floor((JOBS * 3) / KILLS));

let table: TestStore;
beforeAll(async () => {
  table = await dynaliteTable();
});
afterAll(() => table.close());

/** By the plainest means, from the records alone. */
function recount(jobs: readonly Job[]) {
  const credits = (job: Job) => Number(job.akool?.deduction_credit ?? 0);
  const total = (of: readonly Job[]) => of.reduce((sum, job) => sum + credits(job), 0);
  const archived = jobs.filter((job) => job.archive !== undefined);
  const missing = jobs.filter(
    ({ archive, status, statusHistory }) =>
      archive === undefined &&
      status !== "failed" &&
      statusHistory.some((change) => change.status === "completed"),
  );
  const failed = jobs.filter((job) => !archived.includes(job) && !missing.includes(job));
  const byTeam = Object.groupBy(jobs, (job) => job.tags.team ?? "none");
  const byStatus = Object.groupBy(jobs, (job) => job.status);
  return {
    total: {
      jobs: jobs.length,
      charged: total(jobs),
      estimated: jobs.reduce((sum, job) => sum + (job.submission?.estimatedCredits ?? 0), 0),
      running: 0,
      archived: archived.length,
      bytes: archived.length * ARCHIVE.bytes,
      missing: missing.length,
      missingCredits: total(missing),
      failed: failed.length,
      failedCredits: total(failed),
    },
    teams: new Map(Object.entries(byTeam).map(([team, of = []]) => [team, [of.length, total(of)]])),
    statuses: Object.fromEntries(
      Object.entries(byStatus).map(([status, of = []]) => [status, of.length]),
    ),
  };
}

describe(`a ledger over ${JOBS} jobs with retries, redrives, cancellations and double deliveries`, () => {
  it(
    `equals a recount of the records, credit for credit, after ${KILLS} kills`,
    async () => {
      const random = seededRandom(SEED);
      const processes = new Processes(table, random, EVERY_FEW);
      const incidents = new Map<Incident, number>();
      const ids = Array.from({ length: JOBS }, (_, i) => `recount-${SEED}-${i}`);
      await pMap(
        ids,
        async (id, i) => {
          await new JobLife(id, random, processes, incidents).live();
          // The sweeper's part goes on meanwhile, and is killed as well.
          if (i % 40 === 0) {
            await processes.run(async ({ ledger }) => {
              await countChanges(ledger, Number.POSITIVE_INFINITY);
            });
          }
        },
        { concurrency: AT_ONCE },
      );
      if (process.env.LEDGER_JOBS) {
        console.info({ jobs: JOBS, kills: processes.kills, ...Object.fromEntries(incidents) });
      }
      expect(processes.kills).toBeGreaterThanOrEqual(KILLS);
      expect([...incidents.keys()].toSorted()).toEqual(INCIDENTS.toSorted());

      const immortal = processOf(table.client);
      const jobs = await quiet(immortal);
      expect(jobs).toHaveLength(JOBS);
      await expectEqual(immortal, jobs);
      const records = allJobs(table.client, TABLE);
      expect(await rebuildLedger({ ...immortal.ledger, jobs: records })).toBe(JOBS);
      await expectEqual(immortal, jobs);
    },
    TIMEOUT_MS,
  );
});

/** As the sweeper does: what is still due is published, and what has changed is added up. */
async function quiet(process: Process): Promise<Job[]> {
  const { store, ledger } = process;
  const jobs: Job[] = [];
  for await (const job of allJobs(table.client, TABLE)) {
    // A death has left it in the middle of an attempt; the ledger is kept at ends.
    const ended = isEnded(job.status) ? job : conclude(job, "timed_out", START);
    jobs.push(ended === job ? job : await store.replace(job, ended));
  }
  const published = await pMap(jobs, (job) => untilPublished(process, job), {
    concurrency: AT_ONCE,
  });
  await countChanges(ledger, Number.POSITIVE_INFINITY);
  expect(await ledger.sums.changedHours(1)).toEqual([]);
  return published;
}

/** What takes longer than publishing may (a machine can be busy) is left to the sweeper's next run. */
async function untilPublished({ dependencies }: Process, job: Job): Promise<Job> {
  const { seq } = lastChange(job);
  let published = job;
  for (let run = 1; published.publishedSeq < seq; run++) {
    expect(run).toBeLessThanOrEqual(MOST_RUNS);
    published = await publishDueChanges(dependencies, published);
  }
  return published;
}

async function expectEqual({ ledger }: Process, jobs: readonly Job[]): Promise<void> {
  const { total, teams, statuses } = recount(jobs);
  const range = { from: "2026-01-04", to: "2026-01-20" };

  expect((await readLedger(ledger, { ...range, groupBy: "day" })).total).toMatchObject(total);
  expect(await ledger.sums.statuses()).toEqual(statuses);
  for (const groupBy of ["product", "tag:team"] as const) {
    const { rows } = await readLedger(ledger, { ...range, groupBy });
    expect(rows.reduce((sum, { sums }) => sum + sums.charged, 0)).toBeCloseTo(total.charged, 6);
    if (groupBy === "product") continue;
    expect(new Map(rows.map(({ group, sums }) => [group, [sums.jobs, sums.charged]]))).toEqual(
      teams,
    );
  }
}
