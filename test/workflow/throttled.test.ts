import { describe, expect, it } from "vitest";
import { trackedJobs } from "./tracked-jobs.ts";

const jobs = trackedJobs();

describe("a job whose checks are throttled", () => {
  it("is archived, and its tries are on the record", async () => {
    const id = jobs.addJob();
    jobs.throttleChecks(2);

    const { job } = await jobs.track(id);

    await jobs.expectArchived(id);
    expect(job?.attemptRetryCount).toBe(2 * (job?.attemptPollCount ?? 0));
  });
});
