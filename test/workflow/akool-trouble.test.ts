import type { FaultEffect } from "@akool-archiver/akool-simulator/job-script.ts";
import { describe, expect, it } from "vitest";
import { during, HOUR, MINUTE, trackedJobs } from "./tracked-jobs.ts";

const jobs = trackedJobs();

describe("AKOOL's trouble never ends a job:", () => {
  it.each<[string, FaultEffect]>([
    ["a key that is rejected (1101), then mended", { kind: "code", code: 1101 }],
    ["throttling (1005)", { kind: "code", code: 1005 }],
    ["a server fault (2001)", { kind: "code", code: 2001 }],
    ["a code that is not documented", { kind: "code", code: 7777 }],
    ["HTTP 401", { kind: "http", status: 401 }],
    ["an unreadable body", { kind: "unreadable", body: '{"code":1000,"data":{"_id":' }],
    ["code 1000 without data", { kind: "no-data" }],
    ["status 3 without a video", { kind: "no-video" }],
    ["status 3 with an empty video", { kind: "empty-video" }],
    ["an unknown status", { kind: "status", value: 7 }],
    ["a status that goes backwards", { kind: "status", value: 1 }],
  ])("%s", async (_, fault) => {
    const id = jobs.addJob({ faults: [during(40_000, 40 * MINUTE, fault)] });

    const { execution } = await jobs.track(id);

    expect(execution?.status).toBe("SUCCEEDED");
    await jobs.expectArchived(id);
  });

  it.each<[string, FaultEffect]>([
    ["HTTP 502 with HTML", { kind: "http", status: 502 }],
    ["a connection that is reset", { kind: "reset" }],
  ])("%s", async (_, fault) => {
    const id = jobs.addJob({ faults: [{ calls: [2, 7], fault }] });

    await jobs.track(id);

    await jobs.expectArchived(id);
  });

  it("publishes nothing while it lasts, and takes no status back", async () => {
    const fault: FaultEffect = { kind: "status", value: 1 };
    const id = jobs.addJob({
      queueMs: 0,
      processMs: HOUR,
      faults: [during(10 * MINUTE, 20 * MINUTE, fault)],
    });

    const { job } = await jobs.track(id);

    expect(jobs.workflow.published(id)).toEqual([
      "accepted",
      "processing",
      "completed",
      "archived",
    ]);
    expect(job?.statusHistory.map(({ status }) => status)).toEqual(jobs.workflow.published(id));
  });

  it("resumes within one poll of the mending", async () => {
    const mended = 6 * HOUR;
    const fault: FaultEffect = { kind: "code", code: 1101 };
    const id = jobs.addJob({ faults: [during(0, mended, fault)] });
    const created = jobs.workflow.clock.now();

    await jobs.track(id);

    expect(jobs.workflow.clock.now() - created).toBeGreaterThanOrEqual(mended);
    expect(jobs.workflow.clock.now() - created).toBeLessThanOrEqual(mended + 5 * MINUTE);
  });
});

describe("the deadline", () => {
  it("ends a job that AKOOL still calls unfinished, at the last poll and never as a success", async () => {
    const id = jobs.addJob({ end: { kind: "never" } });
    const before = jobs.workflow.clock.now();

    const { execution, job } = await jobs.track(id, { deadlineHours: 1 });

    expect(execution?.status).toBe("SUCCEEDED");
    expect(job).toMatchObject({ status: "timed_out", failure: { code: "DEADLINE_PASSED" } });
    expect(jobs.workflow.clock.now() - before).toBeGreaterThanOrEqual(HOUR);
    expect(jobs.workflow.clock.now() - before).toBeLessThan(HOUR + 5_000);
  });

  it("saves a video that is completed just before the last poll", async () => {
    const id = jobs.addJob({ queueMs: 0, processMs: HOUR - 1_000 });

    await jobs.track(id, { deadlineHours: 1 });

    await jobs.expectArchived(id);
  });

  it("needs evidence: through an outage over it, the job is followed on and archived", {
    tags: ["long"],
  }, async () => {
    const outage = during(10 * MINUTE, 5 * HOUR, { kind: "code", code: 2001 });
    const id = jobs.addJob({ queueMs: 0, processMs: 2 * HOUR, faults: [outage] });

    await jobs.track(id, { deadlineHours: 1 });

    await jobs.expectArchived(id);
  });
});
