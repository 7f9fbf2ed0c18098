import { describe, expect, it } from "vitest";
import { MINUTE, trackedJobs } from "./tracked-jobs.ts";

const jobs = trackedJobs();

describe("the source of a completed video", () => {
  it("that answers 404 is asked for at AKOOL's fresh address", async () => {
    const file = { kind: "gone-then", after: 1, file: { kind: "sample" } } as const;
    const id = jobs.addJob({ end: { kind: "complete", file } });

    await jobs.track(id);

    await jobs.expectArchived(id);
  });

  it.each([
    [{ kind: "html" }, "NotAVideo"],
    [{ kind: "status", status: 404 }, "SourceGone"],
    [{ kind: "status", status: 403 }, "SourceGone"],
    [{ kind: "status", status: 500 }, "SourceUnavailable"],
    [{ kind: "redirect", location: "http://169.254.169.254/latest/" }, "DownloadRefused"],
  ] as const)(
    "that serves %j is never archived and leaves nothing behind",
    async (file, code) => {
      const id = jobs.addJob({ end: { kind: "complete", file } });

      const { execution, job } = await jobs.track(id);

      expect(execution?.status).toBe("SUCCEEDED");
      expect(job).toMatchObject({ status: "archive_failed", failure: { code, party: "source" } });
      expect(jobs.workflow.published(id).slice(-2)).toEqual(["completed", "archive_failed"]);
      expect((await jobs.workflow.videos()).filter((name) => name.startsWith(id))).toEqual([]);
      expect(await jobs.workflow.openUploads()).toEqual([]);
      // The pauses between the parts of one copy are no part of the virtual clock.
    },
    90_000,
  );

  it.each([
    ["404, as before the file is there", { kind: "status", status: 404 }],
    ["403", { kind: "status", status: 403 }],
    ["401", { kind: "status", status: 401 }],
    ["400, as for a signature that has expired", { kind: "status", status: 400 }],
    ["412", { kind: "status", status: 412 }],
    ["an HTML placeholder", { kind: "html" }],
  ] as const)(
    "that serves %s for two minutes is waited for within the attempt",
    async (_, first) => {
      const late = { kind: "late", forMs: 2 * MINUTE, first, file: { kind: "sample" } } as const;
      const id = jobs.addJob({ queueMs: 0, processMs: 0, end: { kind: "complete", file: late } });

      const { job } = await jobs.track(id);

      await jobs.expectArchived(id);
      expect(job).toMatchObject({ attempt: 1 });
      expect(job?.statusHistory.map((change) => change.status)).not.toContain("archive_failed");
    },
    90_000,
  );

  it("that has no ranges, or no length, is archived all the same", async () => {
    const noRanges = jobs.addJob({ end: { kind: "complete", file: { kind: "no-ranges" } } });
    const chunked = jobs.addJob({ end: { kind: "complete", file: { kind: "chunked" } } });

    await jobs.track(noRanges);
    await jobs.track(chunked);

    await jobs.expectArchived(noRanges);
    await jobs.expectArchived(chunked);
  });
});
