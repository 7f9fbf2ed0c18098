import type { TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { EventEntry } from "#aws/event-entries.ts";
import { type Job, withStatus } from "#domain/job/job.ts";
import type { JobStatus } from "#domain/job/job-status.ts";
import { acceptedJob, EXECUTION, START } from "#test/support/jobs.ts";
import { testDependencies } from "#test/support/tracking.ts";
import { publishDueChanges } from "#use-cases/tracking/publish-due-changes.ts";

const STATUSES: readonly JobStatus[] = ["queueing", "processing", "completed", "archived"];
let counter = 0;

function jobWithChanges(changes: number): Job {
  const job: Job = { ...acceptedJob(), videoModelId: `publish-${counter++}` };
  return STATUSES.slice(0, changes).reduce(
    (it, status, i) => withStatus(it, status, START + i),
    job,
  );
}

const idsOf = (entries: readonly EventEntry[]) => entries.map(({ Detail }) => Detail.eventId);

describe("publishing what is due", () => {
  it("publishes nothing, and writes nothing, when nothing is due", async ({ table }) => {
    const dependencies = testDependencies(table);
    const job = { ...jobWithChanges(2), publishedSeq: 3 };

    expect(await publishDueChanges(dependencies, job)).toBe(job);
    expect(dependencies.published).toEqual([]);
  });

  it("acknowledges what the bus has taken before it failed, and leaves the rest to the sweeper", async ({
    table,
  }) => {
    const dependencies = testDependencies(table);
    const job = await dependencies.store.create(jobWithChanges(3));
    const { publish } = dependencies;
    dependencies.publish = async (entry, execution) => {
      if (entry.Detail.eventId.endsWith("/3")) throw new Error("not taken");
      await publish(entry, execution);
    };

    const left = await publishDueChanges(dependencies, job);

    expect(left.publishedSeq).toBe(2);
    expect(await dependencies.store.get(job.videoModelId)).toMatchObject({
      publishedSeq: 2,
      sweepAt: new Date(START).toISOString(),
    });
    expect(dependencies.logged).toMatchObject([
      { level: "warn", fields: { due: 2, error: "Error" } },
    ]);
  });

  it("does not fail when what it has published cannot be acknowledged", async ({ table }) => {
    const dependencies = testDependencies(table);
    const job = await dependencies.store.create(jobWithChanges(1));
    dependencies.store = {
      ...dependencies.store,
      acknowledge: () => Promise.reject(new Error("throttled")),
    };

    expect(await publishDueChanges(dependencies, job)).toBe(job);
    expect(dependencies.logged).toMatchObject([{ level: "warn" }]);
  });

  describe("with a ledger that fails", () => {
    function failing(table: TestStore) {
      const dependencies = testDependencies(table);
      const { enterInLedger } = dependencies;
      dependencies.enterInLedger = () => Promise.reject(new Error("throttled"));
      return { dependencies, mend: () => Object.assign(dependencies, { enterInLedger }) };
    }

    it("publishes all the same, and leaves an end due until the ledger has it", async ({
      table,
    }) => {
      const { dependencies, mend } = failing(table);
      const ended = { ...jobWithChanges(4), publishedSeq: 2 };
      const job = await dependencies.store.create(ended);

      const left = await publishDueChanges(dependencies, job);

      expect(idsOf(dependencies.published).map((id) => id.split("/")[1])).toEqual(["3", "4", "5"]);
      expect(left.publishedSeq).toBe(4);
      expect(await dependencies.store.get(job.videoModelId)).toMatchObject({
        publishedSeq: 4,
        sweepAt: new Date(START).toISOString(),
      });
      expect(dependencies.logged).toMatchObject([{ level: "warn", fields: { error: "Error" } }]);

      mend();
      expect(await publishDueChanges(dependencies, left)).toMatchObject({ publishedSeq: 5 });
    });

    it("acknowledges what does not concern the ledger", async ({ table }) => {
      const { dependencies } = failing(table);
      const job = await dependencies.store.create({ ...jobWithChanges(2), publishedSeq: 1 });

      expect(await publishDueChanges(dependencies, job)).toMatchObject({ publishedSeq: 3 });
      expect(dependencies.logged).toEqual([]);
    });
  });

  it("names the owner of the job to the bus, and gives it a few seconds", async ({ table }) => {
    const dependencies = testDependencies(table);
    const calls: { execution: string; signal: AbortSignal | undefined }[] = [];
    dependencies.publish = async (_entry, execution, signal) =>
      void calls.push({ execution, signal });

    await publishDueChanges(dependencies, await dependencies.store.create(jobWithChanges(0)));

    expect(calls).toEqual([{ execution: EXECUTION, signal: expect.any(AbortSignal) }]);
  });
});

/** What becomes of one event: taken; taken and the answer lost; refused; or the publisher dies before it. */
const fate = fc.constantFrom("taken", "taken", "lost", "refused", "killed" as const);

class Killed extends Error {}

describe("publishers that fail, die and overlap", () => {
  it("publish every change at least once, and none for the first time before its predecessor", {
    tags: ["long"],
  }, async ({ table }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: STATUSES.length }),
        fc.array(fate, { maxLength: 12 }),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        fc.scheduler(),
        async (changes, fates, acknowledged, scheduler) => {
          const base = testDependencies(table);
          const { videoModelId } = await base.store.create(jobWithChanges(changes));
          const seen: string[] = [];
          const publisher = async (faulty: boolean) => {
            const dependencies = {
              ...base,
              store: {
                ...base.store,
                // A publisher that dies before it has acknowledged.
                acknowledge: async (job: Job, seq: number) => {
                  await scheduler.schedule(Promise.resolve(), "acknowledge");
                  if (faulty && acknowledged.pop() === false) throw new Killed();
                  return base.store.acknowledge(job, seq);
                },
              },
              publish: async ({ Detail }: EventEntry) => {
                await scheduler.schedule(Promise.resolve(), "publish");
                const what = (faulty && fates.pop()) || "taken";
                if (what === "killed" || what === "refused") throw new Killed();
                seen.push(Detail.eventId);
                if (what === "lost") throw new Killed();
              },
            };
            const job = await base.store.get(videoModelId);
            if (job !== undefined) await publishDueChanges(dependencies, job);
          };

          const first = [publisher(true), publisher(true)];
          await scheduler.waitFor(Promise.all(first));
          await scheduler.waitFor(publisher(true));
          await scheduler.waitFor(publisher(false));

          const all = Array.from({ length: changes + 1 }, (_, i) => `${videoModelId}/${i + 1}`);
          expect([...new Set(seen)]).toEqual(all);
          expect((await base.store.get(videoModelId))?.publishedSeq).toBe(changes + 1);
          const before = seen.length;
          await scheduler.waitFor(publisher(false));
          expect(seen).toHaveLength(before);
        },
      ),
      { numRuns: 120 },
    );
  });

  it("tell the bus about one event at a time", async ({ table }) => {
    const dependencies = testDependencies(table);
    let underWay = 0;
    let most = 0;
    const { publish } = dependencies;
    dependencies.publish = async (entry, execution) => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      await publish(entry, execution);
      underWay--;
    };
    const job = await dependencies.store.create(jobWithChanges(4));

    await publishDueChanges(dependencies, job);

    expect(most).toBe(1);
    expect(idsOf(dependencies.published)).toEqual(
      [1, 2, 3, 4, 5].map((seq) => `${job.videoModelId}/${seq}`),
    );
  });
});
