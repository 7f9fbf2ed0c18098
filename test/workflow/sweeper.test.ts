import { TaskFailure } from "@akool-archiver/local-aws/engine/task.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openWorkflow, type Workflow } from "./harness.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const complete = { kind: "complete", file: { kind: "sample" } } as const;

let workflow: Workflow;
beforeAll(async () => {
  workflow = await openWorkflow();
});
afterAll(() => workflow.close());
beforeEach(() => {
  workflow.sabotage.current = undefined;
});

const addJob = () => workflow.akool.addJob({ queueMs: 30_000, processMs: 80_000, end: complete });

/** Sweeps again and again for this much virtual time, and lets what it starts come to its end. */
async function sweepFor(id: string, ms: number, every = 5 * MINUTE) {
  for (let passed = 0; passed < ms; passed += every) {
    await workflow.pass(every);
    await workflow.sweep();
    const job = await workflow.job(id);
    const execution = job && (await workflow.engine.describe(job.execution));
    if (execution?.status === "RUNNING") await workflow.end(execution.executionArn);
  }
  return workflow.job(id);
}

describe("a job that has stopped moving", () => {
  it("because its execution was aborted, is begun again and archived", async () => {
    const id = addJob();
    const executionArn = await workflow.start({ videoModelId: id });
    await workflow.pass(40_000);
    await workflow.engine.stop(executionArn, "Operator", "by hand");

    const job = await sweepFor(id, 20 * MINUTE);

    expect(job).toMatchObject({ status: "archived", attempt: 2 });
    expect(workflow.published(id).at(-1)).toBe("archived");
  });

  it("because its video could not be copied for hours, is archived once it can be", async () => {
    const id = addJob();
    const from = workflow.clock.now();
    workflow.sabotage.current = async ({ resource }, run) => {
      if (!resource.includes("ArchiveVideo") || workflow.clock.now() - from > 5 * HOUR)
        return run();
      throw new TaskFailure("SourceUnavailable", "down");
    };
    await workflow.end(await workflow.start({ videoModelId: id }));
    expect(await workflow.job(id)).toMatchObject({ status: "archive_failed" });

    const job = await sweepFor(id, 8 * HOUR);

    expect(job).toMatchObject({ status: "archived" });
    expect(await workflow.videos()).toContain(`${id}.mp4`);
  });

  it("because AKOOL has deleted its video, ends expired, with a warning two days before", async () => {
    const id = addJob();
    workflow.sabotage.current = async ({ resource }, run) => {
      if (!resource.includes("ArchiveVideo")) return run();
      throw new TaskFailure("SourceGone", "HTTP 403");
    };
    await workflow.end(await workflow.start({ videoModelId: id }));

    const job = await sweepFor(id, 7 * DAY + 6 * HOUR, 2 * HOUR);

    expect(job).toMatchObject({ status: "expired", failure: { code: "VIDEO_EXPIRED" } });
    expect(workflow.published(id).at(-1)).toBe("expired");
    expect(workflow.warned(id)).toEqual([`${id}/expiring`]);
  }, 180_000);
});
