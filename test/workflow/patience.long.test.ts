/**
 * What plays minutes of the wall clock: the pauses inside one copy are no part of the virtual clock,
 * and a week of polls takes its time. The longest is in `unreadable-week.slow.test.ts`.
 */
import { TaskFailure } from "@akool-archiver/local-aws/engine/task.ts";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, trackedJobs } from "./tracked-jobs.ts";

const jobs = trackedJobs();

const BREAKS_OFF = { kind: "cut", declared: 1_000_000, sent: 600_000 } as const;

describe("the source of a completed video", () => {
  it("that always breaks off is never archived and leaves nothing behind", async () => {
    const id = jobs.addJob({ end: { kind: "complete", file: BREAKS_OFF } });

    const { execution, job } = await jobs.track(id);

    expect(execution?.status).toBe("SUCCEEDED");
    const failure = { code: "SourceInterrupted", party: "source" };
    expect(job).toMatchObject({ status: "archive_failed", failure });
    expect(jobs.workflow.published(id).slice(-2)).toEqual(["completed", "archive_failed"]);
    expect((await jobs.workflow.videos()).filter((name) => name.startsWith(id))).toEqual([]);
    expect(await jobs.workflow.openUploads()).toEqual([]);
  });

  it("that breaks off for two minutes is waited for within the attempt", async () => {
    const late = { kind: "late", forMs: 2 * MINUTE, first: BREAKS_OFF } as const;
    const file = { ...late, file: { kind: "sample" } } as const;
    const id = jobs.addJob({ queueMs: 0, processMs: 0, end: { kind: "complete", file } });

    const { job } = await jobs.track(id);

    await jobs.expectArchived(id);
    expect(job).toMatchObject({ attempt: 1 });
    expect(job?.statusHistory.map((change) => change.status)).not.toContain("archive_failed");
  });
});

describe("the deadline", () => {
  it("is met by a job whose checks are throttled for a week: its history stays under the limit", async () => {
    const id = jobs.addJob({ processMs: 30 * DAY });
    jobs.throttleChecks(3);

    const { executionArn, execution, job } = await jobs.track(id, { deadlineHours: 7 * 24 });

    expect(execution?.status).toBe("SUCCEEDED");
    expect(job).toMatchObject({ status: "timed_out", attempt: 1 });
    const events = jobs.historyEvents(executionArn);
    expect(events).toBeLessThan(25_000);
    // It would not be without the budget: a week has 1,600 such polls of 18 events.
    expect(events).toBeGreaterThan(15_000);
  });
});

describe("a job that has stopped moving", () => {
  it("because AKOOL has deleted its video, ends expired, with a warning two days before", async () => {
    const id = jobs.addJob();
    jobs.workflow.sabotage.current = async ({ resource }, run) => {
      if (!resource.includes("ArchiveVideo")) return run();
      throw new TaskFailure("SourceGone", "HTTP 403");
    };
    await jobs.workflow.end(await jobs.workflow.start({ videoModelId: id }));

    const job = await jobs.sweepFor(id, 7 * DAY + 6 * HOUR, 2 * HOUR);

    expect(job).toMatchObject({ status: "expired", failure: { code: "VIDEO_EXPIRED" } });
    expect(jobs.workflow.published(id).at(-1)).toBe("expired");
    expect(jobs.workflow.warned(id)).toEqual([`${id}/expiring`]);
  });
});
