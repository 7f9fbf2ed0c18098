import { describe, expect, it } from "vitest";
import {
  acceptAgain,
  acceptJob,
  jobSchema,
  lastChange,
  withFault,
  withoutFault,
  withStatus,
} from "#domain/job/job.ts";
import { trackingRequestSchema } from "#domain/job/tracking-request.ts";
import {
  ARCHIVE,
  acceptedJob,
  EXECUTION,
  HOUR,
  jobWith,
  START,
  VIDEO_ID,
} from "#test/support/jobs.ts";

/** Tags that take exactly so many bytes as JSON. */
function tagsOfBytes(bytes: number) {
  const tags = manyTags(20, 190);
  const left = bytes - Buffer.byteLength(JSON.stringify({ ...tags, rest: "" }));
  return { ...tags, rest: "é".repeat(Math.floor(left / 2)) + "v".repeat(left % 2) };
}

function manyTags(count: number, length: number) {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, "v".repeat(length)]));
}

describe("a new job", () => {
  it("starts accepted, owned, with its deadline and the end of the video's life", () => {
    const job = acceptedJob();

    expect(job).toMatchObject({
      videoModelId: VIDEO_ID,
      status: "accepted",
      attempt: 1,
      execution: EXECUTION,
      deadlineAt: "2026-01-06T12:00:00.000Z",
      videoExpiresAt: "2026-01-12T12:00:00.000Z",
      tags: {},
      version: 1,
    });
    expect(jobSchema.parse(job)).toEqual(job);
  });

  it("takes deadline and tags from the request", () => {
    const job = acceptedJob({ deadlineHours: 0.5, tags: { team: "film" } });

    expect(job.deadlineAt).toBe("2026-01-05T12:30:00.000Z");
    expect(job.tags).toEqual({ team: "film" });
  });
});

describe("a job that this archiver has had created", () => {
  it("keeps how it was asked for, and what it may cost", () => {
    const creation = { durationSeconds: 5, resolution: "720p" };
    const submission = { estimatedCredits: 12 };
    const request = { videoModelId: VIDEO_ID, creation, submission };

    const job = acceptJob({ request, execution: EXECUTION, now: START, defaultDeadlineHours: 24 });

    expect(job).toMatchObject({ creation, submission });
  });
});

describe("a further attempt", () => {
  const attempt = {
    request: { videoModelId: VIDEO_ID },
    execution: "second",
    now: START + HOUR,
    defaultDeadlineHours: 24,
  };

  it("keeps the history and what is known, and forgets the verdict", () => {
    const failure = { code: "SourceGone", reason: "HTTP 404", party: "source" as const };
    const fault = { execution: EXECUTION, code: "X", reason: "y", at: acceptedJob().acceptedAt };
    const counts = { pollCount: 9, attemptPollCount: 9, attemptRetryCount: 2 };
    const ended = jobWith("archive_failed", { failure, fault, ...counts, tags: { a: "b" } });

    const again = acceptAgain(ended, attempt);

    expect(again).toMatchObject({
      status: "accepted",
      attempt: 2,
      execution: "second",
      deadlineAt: "2026-01-06T13:00:00.000Z",
      acceptedAt: ended.acceptedAt,
      pollCount: 9,
      attemptPollCount: 0,
      tags: { a: "b" },
    });
    expect(again).not.toHaveProperty("failure");
    expect(again).not.toHaveProperty("fault");
    expect(again).not.toHaveProperty("attemptRetryCount");
    expect(again.statusHistory.map(({ seq, status, attempt: n }) => [seq, status, n])).toEqual([
      [1, "accepted", 1],
      [2, "archive_failed", 1],
      [3, "accepted", 2],
    ]);
  });

  it("keeps a later deadline that was asked for, unless the request names one", () => {
    const patient = jobWith("timed_out", { deadlineAt: "2026-01-09T00:00:00.000Z" });
    const hurried = { ...attempt, request: { videoModelId: VIDEO_ID, deadlineHours: 1 } };

    expect(acceptAgain(patient, attempt).deadlineAt).toBe(patient.deadlineAt);
    expect(acceptAgain(patient, hurried).deadlineAt).toBe("2026-01-05T14:00:00.000Z");
  });

  it("replaces the tags only when the request brings some", () => {
    const tagged = { ...attempt, request: { videoModelId: VIDEO_ID, tags: { c: "d" } } };

    expect(acceptAgain(jobWith("cancelled", { tags: { a: "b" } }), tagged).tags).toEqual({
      c: "d",
    });
  });
});

describe("a fault", () => {
  const fault = { execution: EXECUTION, code: "X", reason: "y", at: acceptedJob().acceptedAt };

  it("leaves the sweeper's next run to a job under way, and calls it to one that has ended", () => {
    const running = withFault(acceptedJob(), fault, START);
    expect(running).toEqual({ ...acceptedJob(), fault });

    const ended = withFault(jobWith("failed", { sweepAt: undefined }), fault, START);
    expect(ended).toMatchObject({ status: "failed", fault, sweepAt: expect.any(String) });
  });

  it("goes once it is dealt with, and leaves the record alone where there is none", () => {
    const job = acceptedJob();

    expect(withoutFault({ ...job, fault })).toEqual(job);
    expect(withoutFault(job)).toBe(job);
  });
});

describe("the timeline", () => {
  it("gets one numbered line a change, with the reason where there is one", () => {
    const job = withStatus(acceptedJob(), "cancelled", START + 5, "asked by a person");

    expect(lastChange(job)).toEqual({
      seq: 2,
      status: "cancelled",
      at: "2026-01-05T12:00:00.005Z",
      attempt: 1,
      reason: "asked by a person",
    });
    expect(job.updatedAt).toBe("2026-01-05T12:00:00.005Z");
    expect(lastChange(withStatus(job, "accepted", START))).not.toHaveProperty("reason");
  });

  it("is never empty", () => {
    expect(() => lastChange({ ...acceptedJob(), statusHistory: [] })).toThrow(RangeError);
    expect(jobSchema.safeParse({ ...acceptedJob(), statusHistory: [] }).success).toBe(false);
  });
});

describe("a record that is read back", () => {
  const at = "2026-01-05T12:00:00.000Z";
  const wholeRecord = () =>
    jobWith("archived", {
      archive: { ...ARCHIVE, versionId: "v1" },
      failure: { code: "X", reason: "y", party: "source" },
      fault: { execution: EXECUTION, code: "X", reason: "y", at },
      lastObservation: { kind: "throttled", at, detail: "code 1005" },
      notFoundSince: at,
      akool: { _id: VIDEO_ID },
    });

  it("keeps every part, and lacks what is optional", () => {
    const whole = wholeRecord();
    const unversioned = { ...whole, archive: ARCHIVE };

    expect(jobSchema.parse(whole)).toEqual(whole);
    expect(jobSchema.parse(unversioned)).toEqual(unversioned);
    expect(jobSchema.parse(acceptedJob())).toEqual(acceptedJob());
  });

  it.each(["job", "source", "archiver"] as const)("may name the party %s", (party) => {
    const record = { ...wholeRecord(), failure: { code: "X", reason: "y", party } };

    expect(jobSchema.parse(record)).toEqual(record);
  });

  it.each(["archive", "failure", "fault", "lastObservation"])(
    "is refused when its %s is not whole",
    (part) => {
      expect(jobSchema.safeParse({ ...wholeRecord(), [part]: {} }).success).toBe(false);
    },
  );
});

describe("a tracking request", () => {
  it.each([
    { videoModelId: VIDEO_ID },
    { videoModelId: "abc_DEF-12", tags: { k: "v" }, deadlineHours: 168 },
    { videoModelId: VIDEO_ID, tags: manyTags(50, 50) },
  ])("is taken: %j", (request) => {
    expect(trackingRequestSchema.parse(request)).toEqual(request);
  });

  it.each([
    {},
    { videoModelId: "" },
    { videoModelId: "short" },
    { videoModelId: "../../etc/passwd" },
    { videoModelId: `${VIDEO_ID}\n` },
    { videoModelId: "x".repeat(65) },
    { videoModelId: 42 },
    { videoModelId: VIDEO_ID, deadlineHours: 0 },
    { videoModelId: VIDEO_ID, deadlineHours: 169 },
    { videoModelId: VIDEO_ID, tags: { k: 1 } },
    { videoModelId: VIDEO_ID, tags: { k: "v".repeat(257) } },
    { videoModelId: VIDEO_ID, tags: { "a:b": "c" } },
    { videoModelId: VIDEO_ID, tags: { "": "c" } },
    { videoModelId: VIDEO_ID, tags: manyTags(51, 1) },
  ])("is refused: %j", (request) => {
    expect(trackingRequestSchema.safeParse(request).success).toBe(false);
  });

  it("may have tags of 4,096 bytes in all, and not one more", () => {
    const withTags = (bytes: number) => ({ videoModelId: VIDEO_ID, tags: tagsOfBytes(bytes) });

    expect(trackingRequestSchema.safeParse(withTags(4_096)).success).toBe(true);
    expect(trackingRequestSchema.safeParse(withTags(4_097)).success).toBe(false);
  });

  it.each([
    [{ videoModelId: "short" }, "8 to 64 letters"],
    [{ videoModelId: VIDEO_ID, tags: manyTags(51, 1) }, "50 tags of 4096 bytes"],
  ])("is told what would be taken: %j", (request, rule) => {
    const refused = trackingRequestSchema.safeParse(request);

    expect(refused.error?.issues[0]?.message).toContain(rule);
  });
});
