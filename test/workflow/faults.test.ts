import { describe, expect, it } from "vitest";
import { crash } from "./harness.ts";
import { MINUTE, trackedJobs } from "./tracked-jobs.ts";

const jobs = trackedJobs();

describe("a crash", () => {
  it.each(["CheckStatus", "ArchiveVideo"])(
    "of %s between the record and its answer publishes nothing twice",
    async (name) => {
      const id = jobs.addJob();
      let crashes = 0;
      jobs.workflow.sabotage.current = async ({ resource }, run) => {
        const result = await run();
        if (resource.includes(name) && crashes++ % 2 === 0) throw crash();
        return result;
      };

      const { job } = await jobs.track(id);

      await jobs.expectArchived(id);
      expect(crashes).toBeGreaterThan(1);
      expect(jobs.workflow.published(id)).toEqual(job?.statusHistory.map(({ status }) => status));
    },
  );

  it("of the bus before it answers repeats the event under the same id", async () => {
    const id = jobs.addJob({ queueMs: 0, processMs: 0 });
    jobs.workflow.bus.loseAnswers(1);

    await jobs.track(id);

    const ids = jobs.workflow.details(id).map(({ eventId }) => eventId);
    expect(ids).toEqual([`${id}/1`, `${id}/1`, `${id}/2`, `${id}/3`]);
    await jobs.expectArchived(id);
    jobs.workflow.bus.up();
  });

  it("of every first invocation of every function is survived", async () => {
    const id = jobs.addJob();
    const seen = new Set<string>();
    jobs.workflow.sabotage.current = async ({ resource, parameters }, run) => {
      const call = `${resource} ${JSON.stringify({ ...Object(parameters), retryCount: 0 })}`;
      if (seen.has(call)) return run();
      seen.add(call);
      throw crash();
    };

    await jobs.track(id);

    await jobs.expectArchived(id);
  });
});

describe("a fault of our own that outlasts the retries", () => {
  it("fails the execution with its reason on the record; a new execution makes up for it", async () => {
    const id = jobs.addJob();
    jobs.workflow.sabotage.current = async ({ resource }, run) => {
      if (resource.includes("CheckStatus")) throw new Error("no such table");
      return run();
    };

    const { execution, job } = await jobs.track(id);

    expect(execution).toMatchObject({ status: "FAILED", error: "TrackingFault" });
    expect(job?.fault?.reason).toContain("no such table");
    expect(jobs.workflow.published(id)).toEqual([]);
    jobs.workflow.sabotage.current = undefined;
    const again = await jobs.track(id);
    await jobs.expectArchived(id);
    expect(again.job).not.toHaveProperty("fault");
    expect(jobs.workflow.published(id)).toEqual(
      again.job?.statusHistory.map(({ status }) => status),
    );
  });
});

describe("a bus that takes nothing", () => {
  it("keeps no job from its end; its changes are left to the sweeper, which publishes them in order", async () => {
    const id = jobs.addJob();
    jobs.workflow.bus.down();

    const { execution, job } = await jobs.track(id);

    expect(execution).toMatchObject({ status: "SUCCEEDED" });
    await jobs.expectArchived(id);
    expect(job).toMatchObject({ publishedSeq: 0, sweepAt: expect.any(String) });
    expect(jobs.workflow.published(id)).toEqual([]);

    jobs.workflow.bus.up();
    await jobs.workflow.pass(MINUTE);
    await jobs.workflow.sweep();

    expect(jobs.workflow.published(id)).toEqual(job?.statusHistory.map(({ status }) => status));
    expect(await jobs.workflow.job(id)).not.toHaveProperty("sweepAt");
  });
});

describe("a request that is none", () => {
  it("ends well, makes no record, and lies in the dead-letter queue with the reason", async () => {
    const { executionArn, execution, job } = await jobs.track("../../etc", { tags: { a: "b" } });

    expect(execution).toMatchObject({ status: "SUCCEEDED" });
    expect(jobs.workflow.states(executionArn)).toEqual([
      "Begin",
      "CheckStatus",
      "RefuseRequest",
      "Refused",
    ]);
    expect(job).toBeUndefined();
    expect(await jobs.workflow.deadLetters()).toMatchObject([
      {
        request: { videoModelId: "../../etc", tags: { a: "b" } },
        error: { Error: "InvalidInput", Cause: expect.stringContaining("videoModelId") },
        execution: executionArn,
      },
    ]);
  });
});
