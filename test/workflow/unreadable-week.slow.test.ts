import { describe, expect, it } from "vitest";
import { DAY, during, trackedJobs } from "./tracked-jobs.ts";

const jobs = trackedJobs();

describe("the deadline", () => {
  it("stays open while AKOOL cannot be read, until the video would have expired", async () => {
    const id = jobs.addJob({ faults: [during(0, 30 * DAY, { kind: "code", code: 2001 })] });
    const before = jobs.workflow.clock.now();

    const { executionArn, execution, job } = await jobs.track(id);

    expect(execution?.status).toBe("SUCCEEDED");
    expect(job).toMatchObject({ status: "expired", failure: { code: "AKOOL_UNREADABLE" } });
    expect(jobs.workflow.clock.now() - before).toBeGreaterThanOrEqual(7 * DAY);
    expect(jobs.historyEvents(executionArn)).toBeLessThan(25_000);
  });
});
