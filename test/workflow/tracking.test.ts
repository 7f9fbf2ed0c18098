import type { FaultEffect } from "@akool-archiver/akool-simulator/job-script.ts";
import { describe, expect, it, vi } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { HOUR, MINUTE, trackedJobs } from "./tracked-jobs.ts";

const jobs = trackedJobs();

describe("a job that goes well", () => {
  it("is followed, archived byte for byte, and published change by change", async () => {
    const id = jobs.addJob();

    const { executionArn, execution, job } = await jobs.track(id, { tags: { team: "film" } });

    expect(execution?.status).toBe("SUCCEEDED");
    await jobs.expectArchived(id);
    expect(jobs.workflow.published(id)).toEqual([
      "accepted",
      "queueing",
      "processing",
      "completed",
      "archived",
    ]);
    expect(jobs.workflow.details(id).at(-1)).toMatchObject({
      video: { key: `${id}.mp4`, bytes: 362_076, contentType: "video/mp4" },
      tags: { team: "film" },
      akool: { deduction_credit: 20 },
    });
    // From a bundle, as it is deployed.
    expect(await jobs.workflow.sidecar(id)).toMatchObject({
      archiverVersion: packageJson.version,
      job: { videoModelId: id, tags: { team: "film" } },
      trail: { timeline: [{}, {}, {}, { status: "completed" }] },
    });
    expect(job?.pollCount).toBe(jobs.workflow.akool.calls(id));
    expect(jobs.workflow.states(executionArn)).toContain("Wait");
  });

  it("is noticed soon after it is completed: within a sixth of its age", async () => {
    const id = jobs.addJob();
    const created = jobs.workflow.clock.now();

    const { job } = await jobs.track(id);

    const completed = job?.statusHistory.find(({ status }) => status === "completed");
    const delay = Date.parse(completed?.at ?? "") - created - 110_000;
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThan(110_000 / 6);
  });

  it("costs three transitions a poll, and four when it is already completed", async () => {
    const id = jobs.addJob({ queueMs: 0, processMs: 0 });

    const { executionArn } = await jobs.track(id);

    expect(jobs.workflow.states(executionArn)).toEqual([
      "Begin",
      "CheckStatus",
      "NextStep",
      "ArchiveVideo",
    ]);
    const slow = jobs.addJob({ queueMs: 0 });
    const { executionArn: other } = await jobs.track(slow);
    const states = jobs.workflow.states(other);
    expect(states.join(" ")).toContain("Wait CheckStatus NextStep Wait CheckStatus NextStep Wait");
    const polls = states.filter((state) => state === "CheckStatus").length;
    expect(states).toHaveLength(3 * polls + 1);
  });

  it("that is slow, three hours, needs no more than a hundred polls", async () => {
    const id = jobs.addJob({ queueMs: HOUR, processMs: 2 * HOUR });

    const { job } = await jobs.track(id);

    expect(job?.status).toBe("archived");
    expect(jobs.workflow.akool.calls(id)).toBeLessThan(100);
  });
});

describe("a job that AKOOL fails", () => {
  it("was tracked well: the execution succeeds, with AKOOL's reason on record and event", async () => {
    const id = jobs.addJob({ end: { kind: "fail", reason: "No face was found." } });

    const { execution, job } = await jobs.track(id);

    expect(execution?.status).toBe("SUCCEEDED");
    expect(job).toMatchObject({ status: "failed", failure: { reason: "No face was found." } });
    expect(jobs.workflow.published(id).at(-1)).toBe("failed");
    expect(jobs.workflow.details(id).at(-1)?.failure?.reason).toBe("No face was found.");
  });

  it("after an id that it does not know for good, ends as not found after a grace", async () => {
    const id = "ffffffffffffffffffffffff";
    const before = jobs.workflow.clock.now();

    const { job } = await jobs.track(id);

    expect(job?.status).toBe("not_found");
    expect(jobs.workflow.clock.now() - before).toBeGreaterThanOrEqual(MINUTE);
    expect(jobs.workflow.clock.now() - before).toBeLessThan(2 * MINUTE);
  });

  it("by refusing the request ends as rejected, with code and message", async () => {
    const fault: FaultEffect = { kind: "code", code: 1010, msg: "no permission" };
    const id = jobs.addJob({ faults: [{ calls: [1, 99], fault }] });

    const { job } = await jobs.track(id);

    expect(job).toMatchObject({
      status: "rejected",
      failure: { code: "AKOOL_1010", reason: "no permission" },
    });
  });
});

describe("a job that is started more than once", () => {
  it("is followed once; the others end as duplicates", async () => {
    const id = jobs.addJob();
    const arns = await Promise.all(
      Array.from({ length: 5 }, () => jobs.workflow.start({ videoModelId: id })),
    );

    const ends = await Promise.all(arns.map((arn) => jobs.workflow.end(arn)));

    expect(ends.map((end) => end?.status)).toEqual(Array(5).fill("SUCCEEDED"));
    const last = arns.map((arn) => jobs.workflow.states(arn).at(-1)).sort();
    expect(last).toEqual(["ArchiveVideo", ...Array(4).fill("Duplicate")]);
    expect(jobs.workflow.published(id).filter((status) => status === "archived")).toHaveLength(1);
    await jobs.expectArchived(id);
  });

  it("is left alone once it is archived", async () => {
    const id = jobs.addJob();
    await jobs.track(id);
    const calls = jobs.workflow.akool.calls(id);

    const { executionArn } = await jobs.track(id);

    expect(jobs.workflow.states(executionArn).at(-1)).toBe("Duplicate");
    expect(jobs.workflow.akool.calls(id)).toBe(calls);
  });

  it("goes on in a second execution after the first one was aborted", async () => {
    const id = jobs.addJob();
    const first = await jobs.workflow.start({ videoModelId: id });
    await jobs.workflow.clock.runUntil(
      vi.waitUntil(() => jobs.workflow.published(id).includes("queueing"), {
        interval: 0,
        timeout: 60_000,
      }),
    );
    await jobs.workflow.engine.stop(first, "Aborted", "by hand");

    const { job } = await jobs.track(id);

    await jobs.expectArchived(id);
    expect(job?.attempt).toBe(2);
    expect(new Set(jobs.workflow.published(id))).toEqual(
      new Set(["accepted", "queueing", "processing", "completed", "archived"]),
    );
  });
});
