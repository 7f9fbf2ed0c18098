import { describe, expect, it } from "vitest";
import { RELEASES, released } from "#test/support/released.ts";
import { trackedJobs } from "./tracked-jobs.ts";

describe.each(RELEASES)("an execution of version %s that goes on after an upgrade", (version) => {
  const jobs = trackedJobs(released(version, "tracking.json"));

  it("archives its video with today's functions", async () => {
    const id = jobs.addJob();

    const { execution } = await jobs.track(id);

    expect(execution?.status).toBe("SUCCEEDED");
    await jobs.expectArchived(id);
    const changes = ["accepted", "queueing", "processing", "completed", "archived"];
    expect(jobs.workflow.published(id)).toEqual(changes);
  });

  it("ends a job that AKOOL has failed", async () => {
    const id = jobs.addJob({ end: { kind: "fail", reason: "no face" } });

    const { execution, job } = await jobs.track(id);

    expect(execution?.status).toBe("SUCCEEDED");
    expect(job).toMatchObject({ status: "failed", failure: { reason: "no face" } });
    expect(jobs.workflow.published(id).at(-1)).toBe("failed");
  });

  it("puts a copy that cannot be made on record", async () => {
    const file = { kind: "redirect", location: "https://example.com/v.mp4" } as const;
    const id = jobs.addJob({ end: { kind: "complete", file } });

    const { job } = await jobs.track(id);

    expect(job).toMatchObject({ status: "archive_failed" });
  });

  it("refuses a malformed request", async () => {
    const { execution } = await jobs.track("no!");

    expect(execution?.status).toBe("SUCCEEDED");
    expect(await jobs.workflow.deadLetters()).toHaveLength(1);
  });
});
