import { TaskFailure } from "@akool-archiver/local-aws/engine/task.ts";
import { describe, expect, it } from "vitest";
import { HOUR, MINUTE, trackedJobs } from "./tracked-jobs.ts";

const jobs = trackedJobs();

describe("a job that has stopped moving", () => {
  it("because its execution was aborted, is begun again and archived", async () => {
    const id = jobs.addJob();
    const executionArn = await jobs.workflow.start({ videoModelId: id });
    await jobs.workflow.pass(40_000);
    await jobs.workflow.engine.stop(executionArn, "Operator", "by hand");

    const job = await jobs.sweepFor(id, 20 * MINUTE);

    expect(job).toMatchObject({ status: "archived", attempt: 2 });
    expect(jobs.workflow.published(id).at(-1)).toBe("archived");
  });

  it("because its video could not be copied for hours, is archived once it can be", async () => {
    const id = jobs.addJob();
    const from = jobs.workflow.clock.now();
    jobs.workflow.sabotage.current = async ({ resource }, run) => {
      if (!resource.includes("ArchiveVideo") || jobs.workflow.clock.now() - from > 5 * HOUR)
        return run();
      throw new TaskFailure("SourceUnavailable", "down");
    };
    await jobs.workflow.end(await jobs.workflow.start({ videoModelId: id }));
    expect(await jobs.workflow.job(id)).toMatchObject({ status: "archive_failed" });

    const job = await jobs.sweepFor(id, 8 * HOUR);

    expect(job).toMatchObject({ status: "archived" });
    expect(await jobs.workflow.videos()).toContain(`${id}.mp4`);
  });
});
