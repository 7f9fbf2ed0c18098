import type { ExecutionDescription } from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import { describe, expect, it } from "vitest";
import {
  durationOf,
  isArchived,
  withEnd,
  withoutFile,
  withRecord,
} from "#local/command/job-view.ts";
import { acceptedJob, EXECUTION, jobWith, START } from "#test/support/jobs.ts";
import { viewOf } from "./views.ts";

const AT = "2026-01-05T12:00:05.000Z";
const archive = {
  bucket: "videos",
  key: "a.mp4",
  bytes: 362_000,
  contentType: "video/mp4",
  checksum: "crc32:ahNk6A==",
  etag: "e",
  archivedAt: AT,
  sourceUrl: "https://x.cloudfront.net/a.mp4",
};

function execution(changes: Partial<ExecutionDescription> = {}): ExecutionDescription {
  return {
    executionArn: EXECUTION,
    stateMachineArn: "machine",
    name: "first",
    status: "SUCCEEDED",
    startDate: new Date(START),
    stopDate: new Date(START + 9_000),
    input: "{}",
    ...changes,
  };
}

describe("the view of a record", () => {
  it("shows status and polls of an unfinished job", () => {
    const view = withRecord(viewOf({ status: "starting", polls: 0 }), acceptedJob(), "videos");

    expect(view).toEqual(viewOf({ status: "accepted", polls: 0, startedAt: START }));
  });

  it("shows the file of an archived job, and when it ended", () => {
    const view = withRecord(viewOf(), jobWith("archived", { archive }), "d/videos");

    expect(view).toMatchObject({
      status: "archived",
      file: "d/videos/a.mp4",
      bytes: 362_000,
      endedAt: START + 1_000,
    });
    expect(isArchived(view)).toBe(true);
  });

  it("shows AKOOL's reason for a job that failed", () => {
    const failure = { code: "AKOOL_FAILED", reason: "bad face", party: "job" as const };

    const view = withRecord(viewOf(), jobWith("failed", { failure }), "videos");

    expect(view).toMatchObject({ status: "failed", reason: "bad face" });
    expect(isArchived(view)).toBe(false);
  });

  it.each([
    ["throttled", "code 1005", "AKOOL asks to slow down (code 1005)"],
    ["account_fault", "code 1101", /mend it and the job goes on \(code 1101\)/],
    ["completed_without_video", undefined, "AKOOL says completed but gives no video"],
  ])("says why a job waits: %s", (kind, detail, reason) => {
    const lastObservation = { kind, at: AT, ...(detail === undefined ? {} : { detail }) };

    const view = withRecord(viewOf(), jobWith("processing", { lastObservation }), "videos");

    expect(view.reason).toEqual(
      typeof reason === "string" ? reason : expect.stringMatching(reason),
    );
  });

  it("forgets the trouble once it is over", () => {
    const lastObservation = { kind: "processing", at: AT };

    const view = withRecord(
      viewOf({ reason: "AKOOL is unavailable" }),
      jobWith("processing", { lastObservation }),
      "videos",
    );

    expect(view).not.toHaveProperty("reason");
  });

  it("does not show the last trouble of a job that has ended", () => {
    const lastObservation = { kind: "unavailable", at: AT };

    const view = withRecord(viewOf(), jobWith("archived", { archive, lastObservation }), "videos");

    expect(view).not.toHaveProperty("reason");
  });

  it("shows a fault of our own", () => {
    const fault = { execution: EXECUTION, code: "X", reason: "table is full", at: AT };

    const view = withRecord(viewOf(), jobWith("processing", { fault }), "videos");

    expect(view.reason).toBe("table is full");
  });
});

describe("the end of the execution", () => {
  it("keeps the end of the job as the end", () => {
    const view = withEnd(viewOf({ endedAt: START + 5_000 }), execution());

    expect(view).toMatchObject({ ended: true, endedAt: START + 5_000 });
    expect(view).not.toHaveProperty("reason");
  });

  it("a fault on the record is shown in its words, without Lambda's JSON", () => {
    const failed = execution({ status: "FAILED", error: "TrackingFault", cause: '{"trace":[]}' });

    const view = withEnd(viewOf({ reason: "table is full" }), failed);

    expect(view.reason).toMatch(/fault of the archiver itself.*again.*\(table is full\)/);
    expect(view.endedAt).toBe(START + 9_000);
  });

  it.each([
    [execution({ status: "ABORTED" }), "unknown: "],
    [execution({ status: "FAILED", error: "TrackingFault", cause: "c" }), "TrackingFault: c"],
    [undefined, "unknown: "],
  ])("another one is told as the execution has it (%#)", (ended, fault) => {
    const view = withEnd(viewOf(), ended);

    expect(view.reason).toContain(`(${fault})`);
  });

  it("one without any time ends when it began", () => {
    expect(withEnd(viewOf(), undefined).endedAt).toBe(START);
  });
});

it("a video that was taken away does not count as archived", () => {
  const view = withoutFile(viewOf({ status: "archived", file: "videos/a.mp4" }));

  expect(isArchived(view)).toBe(false);
  expect(view.reason).toBe("archived earlier, but videos/a.mp4 is not there any more");
});

it("a duration ends with the job, and is never negative", () => {
  expect(durationOf(viewOf({ endedAt: START + 5 }), START + 9)).toBe(5);
  expect(durationOf(viewOf(), START + 9)).toBe(9);
  expect(durationOf(viewOf(), START - 9)).toBe(0);
});
