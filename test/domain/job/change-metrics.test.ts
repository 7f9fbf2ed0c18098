import { describe, expect, it } from "vitest";
import { measureChange } from "#domain/job/change-metrics.ts";
import { acceptAgain, type Job, toIso } from "#domain/job/job.ts";
import type { JobStatus } from "#domain/job/job-status.ts";
import { conclude, observe } from "#domain/job/transition.ts";
import { archivedCompanion, pendingCompanion } from "#test/support/companions.ts";
import {
  acceptedJob,
  completedJob,
  EXECUTION,
  jobWith,
  OBSERVATIONS,
  START,
  VIDEO_ID,
  VIDEO_URL,
} from "#test/support/jobs.ts";

const archive = {
  bucket: "videos",
  key: "a.mp4",
  bytes: 362_076,
  contentType: "video/mp4",
  checksum: "crc32:AAAA",
  etag: "e",
  archivedAt: toIso(START),
  sourceUrl: VIDEO_URL,
};

const fault = { execution: EXECUTION, code: "Lambda.Unknown", reason: "crash", at: toIso(START) };

/** A job that AKOOL has created a minute before it was submitted, and completed 100 s later. */
function completedAfter(noticedMs: number, akool: Record<string, unknown> = {}): Job {
  const times = { create_time: START - 60_000, update_time: START + 40_000, ...akool };
  return conclude({ ...acceptedJob(), akool: times }, "completed", START + 40_000 + noticedMs);
}

function namesOf(read: Job | undefined, next: Job): string[] {
  return measureChange(read, next).map(({ metric }) => metric);
}

/** The record when a further execution has taken the job over. */
function again(job: Job): Job {
  const request = { videoModelId: VIDEO_ID };
  return acceptAgain(job, { request, execution: "second", now: START, defaultDeadlineHours: 24 });
}

describe("what a write of a job's record is worth", () => {
  it.each<[JobStatus, string]>([
    ["archived", "JobArchived"],
    ["failed", "JobFailed"],
    ["rejected", "JobRejected"],
    ["not_found", "JobNotFound"],
    ["timed_out", "JobTimedOut"],
    ["cancelled", "JobCancelled"],
    ["expired", "VideoExpired"],
    ["archive_failed", "JobArchiveFailed"],
  ])("is one end: %s is %s", (status, metric) => {
    const job = completedJob();

    const measured = measureChange(job, conclude(job, status, START));

    expect(measured.filter((it) => it.metric === metric)).toEqual([{ metric, value: 1 }]);
  });

  it("is a beginning for a new job and for a further attempt", () => {
    const failed = jobWith("archive_failed");

    expect(namesOf(undefined, acceptedJob())).toEqual(["JobBegun"]);
    expect(namesOf(failed, again(failed))).toEqual(["JobBegun"]);
  });

  it("is nothing when the status stays, or only progresses", () => {
    const job = jobWith("processing");

    expect(namesOf(job, observe(job, OBSERVATIONS.processing, START))).toEqual([]);
    expect(namesOf(acceptedJob(), conclude(acceptedJob(), "queueing", START))).toEqual([]);
  });

  it("is a fault of ours once, however often its record is written afterwards", () => {
    const faulted = { ...jobWith("processing"), fault };

    expect(namesOf(jobWith("processing"), faulted)).toEqual(["JobFaulted"]);
    expect(namesOf(faulted, { ...faulted, pollCount: 3 })).toEqual([]);
    expect(namesOf(undefined, { ...acceptedJob(), fault })).toEqual(["JobBegun", "JobFaulted"]);
  });

  it("tells who is to blame for an archive that failed", () => {
    const job = completedJob();
    const failed = (party: "source" | "archiver") =>
      namesOf(job, conclude(job, "archive_failed", START, { code: "c", reason: "r", party }));

    expect(failed("source")).toContain("ArchiveFailedAtSource");
    expect(failed("archiver")).toContain("ArchiveFailedHere");
  });
});

describe("a completion", () => {
  it("is measured from creation to completion, and from there to our record", () => {
    expect(measureChange(acceptedJob(), completedAfter(5_500))).toEqual([
      { metric: "CompletionTime", value: 100 },
      { metric: "NoticeDelay", value: 5.5 },
    ]);
  });

  it("is noticed late only from when we were told of the job", () => {
    const long_ago = START - 86_400_000;
    const job = completedAfter(-39_000, { create_time: long_ago, update_time: long_ago + 1_000 });

    expect(measureChange(acceptedJob(), job)).toContainEqual({ metric: "NoticeDelay", value: 1 });
  });

  it("is noticed no earlier than it was, whatever the clocks say", () => {
    expect(measureChange(acceptedJob(), completedAfter(-2_000))).toContainEqual({
      metric: "NoticeDelay",
      value: 0,
    });
  });

  it("without AKOOL's times has none", () => {
    const job = completedAfter(0, { update_time: undefined });

    expect(namesOf(acceptedJob(), job)).toEqual([]);
    expect(namesOf(acceptedJob(), jobWith("completed"))).toEqual([]);
    expect(namesOf(acceptedJob(), completedAfter(0, { create_time: undefined }))).toEqual([
      "NoticeDelay",
    ]);
  });

  it.each(["completed", "failed"] as const)("or a failure has its price, once: %s", (status) => {
    const job = { ...acceptedJob(), akool: { deduction_credit: 20 } };
    const first = conclude(job, status, START);
    const second = again(conclude(first, "archive_failed", START));

    expect(measureChange(job, first)).toContainEqual({ metric: "CreditsCharged", value: 20 });
    expect(namesOf(second, conclude(second, "completed", START))).toEqual([]);
    expect(namesOf(second, conclude(second, "failed", START))).toEqual(["JobFailed"]);
  });
});

describe("an archived video", () => {
  it("without a completion or a size on record is an end and no more", () => {
    const job = acceptedJob();

    expect(namesOf(job, conclude(job, "archived", START))).toEqual(["JobArchived"]);
  });

  it("is measured in bytes, and from the first completion on, over all attempts", () => {
    const failed = conclude(completedJob(), "archive_failed", START + 2_000);
    const completed = conclude(again(failed), "completed", START + 600_000);

    const measured = measureChange(completed, {
      ...conclude(completed, "archived", START + 601_000),
      archive,
    });

    expect(measured).toEqual([
      { metric: "JobArchived", value: 1 },
      { metric: "ArchivedBytes", value: 362_076 },
      { metric: "ArchiveDelay", value: 600 },
    ]);
  });
});

describe("a file beside an archived video", () => {
  const pending = { ...jobWith("archived"), companions: [pendingCompanion("original_srt")] };
  const failed = { ...pendingCompanion("original_srt"), state: "failed", reason: "gone" } as const;
  const lost = { ...pending, companions: [failed] };

  it("that is given up counts as a video does, once", () => {
    expect(namesOf(pending, lost)).toEqual(["VideoExpired"]);
    expect(namesOf(lost, { ...lost, tags: { a: "b" } })).toEqual([]);
    expect(namesOf(jobWith("archived"), lost)).toEqual(["VideoExpired"]);
  });

  it("that is archived, or pending, is not counted; nor is one of a job without its video", () => {
    const archived = { ...pending, companions: [archivedCompanion("original_srt")] };

    expect(namesOf(pending, archived)).toEqual([]);
    expect(namesOf(jobWith("archived"), pending)).toEqual([]);
    expect(namesOf(jobWith("failed"), { ...jobWith("failed"), companions: [failed] })).toEqual([]);
  });
});
