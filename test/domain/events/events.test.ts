import { describe, expect, it } from "vitest";
import { videoExpiringDetailSchema } from "#domain/events/event-schemas.ts";
import {
  dueChanges,
  EVENT_SOURCE,
  expiringDetail,
  JOB_REQUESTED_DETAIL_TYPE,
  STATUS_CHANGE_DETAIL_TYPE,
  unpublishedFor,
  VIDEO_EXPIRING_DETAIL_TYPE,
} from "#domain/events/events.ts";
import { acceptAgain, type Job, withStatus } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import {
  ARCHIVE,
  acceptedJob,
  completedJob,
  DOUBTFUL,
  jobWith,
  START,
  VIDEO_ID,
} from "#test/support/jobs.ts";

describe("the warning of a video that expires unarchived", () => {
  it("says which video, when, and what stands in the way", () => {
    const failure = { code: "SourceGone", reason: "HTTP 403", party: "source" } as const;
    const job = jobWith("archive_failed", { failure, tags: { team: "film" } });

    const detail = expiringDetail(job);

    expect(detail).toEqual({
      schemaVersion: "1",
      eventId: `${VIDEO_ID}/expiring`,
      videoModelId: VIDEO_ID,
      status: "archive_failed",
      videoExpiresAt: "2026-01-12T12:00:00.000Z",
      attempt: 1,
      reason: "HTTP 403",
      tags: { team: "film" },
    });
    expect(videoExpiringDetailSchema.parse(detail)).toEqual(detail);
  });

  it("gives no reason where none is known", () => {
    expect(expiringDetail(acceptedJob())).not.toHaveProperty("reason");
  });
});

describe("what the rules of consumers and callers match on", () => {
  it("stays as docs/events.md promises it", () => {
    expect(EVENT_SOURCE).toBe("akool.video-archiver");
    expect(STATUS_CHANGE_DETAIL_TYPE).toBe("Video Job Status Change");
    expect(VIDEO_EXPIRING_DETAIL_TYPE).toBe("Video Expiring Unarchived");
    expect(JOB_REQUESTED_DETAIL_TYPE).toBe("Video Job Requested");
  });
});

/** What is told of the changes after the `publishedSeq`-th. */
const due = (job: Job, publishedSeq = 0) =>
  dueChanges({ ...job, publishedSeq }).map(({ detail }) => detail);

describe("the changes that are due", () => {
  it("are those that are not known to be published, in order", () => {
    const job = withStatus(jobWith("queueing"), "processing", START + 2_000);

    expect(due(job).map((event) => [event.previousStatus, event.status])).toEqual([
      [null, "accepted"],
      ["accepted", "queueing"],
      ["queueing", "processing"],
    ]);
    expect(due(job, 2).map((event) => event.status)).toEqual(["processing"]);
    expect(due(job, 3)).toEqual([]);
  });

  it("have the same id however often they are made, and another for every change", () => {
    const job = withStatus(jobWith("queueing"), "processing", START + 2_000);

    const ids = due(job).map((event) => event.eventId);

    expect(ids).toEqual([`${VIDEO_ID}/1`, `${VIDEO_ID}/2`, `${VIDEO_ID}/3`]);
    expect(due({ ...job, pollCount: 9 }).map((event) => event.eventId)).toEqual(ids);
  });

  it("tell of an archived video where it is, and never an address with a signature", () => {
    const job = { ...conclude(completedJob(), "archived", START + 3_000), archive: ARCHIVE };

    const [event] = due(job, 2);

    expect(event).toMatchObject({
      schemaVersion: "1",
      status: "archived",
      previousStatus: "completed",
      at: "2026-01-05T12:00:03.000Z",
      video: { bucket: "videos", key: `${VIDEO_ID}.mp4`, bytes: 1_234, contentType: "video/mp4" },
    });
    expect(JSON.stringify(event)).not.toContain("http");
  });

  it("tell what the file is, with every doubt about it", () => {
    const told = {
      content: { container: "webm", durationSeconds: 4, hasAudio: false },
      comparison: [
        { property: "durationSeconds" as const, found: 4, told: 10, asked: 10, agrees: false },
      ],
      doubts: ["odd"],
    };
    const job = { ...jobWith("archived"), archive: { ...ARCHIVE, ...told } };

    expect(due(job, 1)[0]?.video).toMatchObject(told);
  });

  it("tell of a file that is kept although it is not whole, without its address", () => {
    const failure = { code: "SourceIncomplete", reason: "cut", party: "source" } as const;
    const completed = { ...completedJob(), doubtful: DOUBTFUL };
    const [event] = due(conclude(completed, "archive_failed", START, failure), 2);

    const { etag: _etag, keptAt: _keptAt, sourceUrl: _source, ...told } = DOUBTFUL;
    expect(event).toMatchObject({ status: "archive_failed", failure });
    expect(event?.doubtful).toEqual(told);
    expect(event).not.toHaveProperty("video");
  });

  it("leave the place out while the record lacks it", () => {
    expect(due(jobWith("archived"), 1)[0]).not.toHaveProperty("video");
  });

  it("of a running job have nothing of an end, not even as an empty field", () => {
    const [first, latest] = due(jobWith("queueing"));

    for (const event of [first, latest]) {
      expect(Object.keys(event ?? {}).sort()).toEqual([
        "at",
        "attempt",
        "eventId",
        "previousStatus",
        "schemaVersion",
        "status",
        "tags",
        "videoModelId",
      ]);
    }
  });

  it("carry reason and failure of an end, and the fields of AKOOL that consumers need", () => {
    const akool = {
      _id: VIDEO_ID,
      resolution: "720p",
      prompt: "private",
      video_url: "https://x/y",
    };
    const failure = { code: "AKOOL_FAILED", reason: "bad input", party: "job" } as const;
    const job = conclude({ ...acceptedJob({ tags: { t: "1" } }), akool }, "failed", START, failure);

    const [first, last] = due(job);

    expect(first).not.toHaveProperty("failure");
    expect(last).toMatchObject({
      status: "failed",
      reason: "bad input",
      failure,
      tags: { t: "1" },
      akool: { resolution: "720p" },
    });
    expect(Object.keys(last?.akool ?? {})).toEqual(["resolution"]);
  });

  it("hands on what sibling products say of a job, and none of their addresses", () => {
    const told = { type: 8, from: 2, video_id: "2f6f", progress: 100, deduction_duration: 10 };
    const akool = { ...told, error_code: 4, audio_splits: { original_srt_url: "https://a/b.srt" } };

    const [, last] = dueChanges(conclude({ ...acceptedJob(), akool }, "archived", START));

    expect(last?.detail.akool).toEqual({ ...told, error_code: 4 });
  });

  it("tell what was true at their time, however late they are published", () => {
    const failure = { code: "SourceGone", reason: "HTTP 403", party: "source" } as const;
    const failed = conclude(completedJob(), "archive_failed", START, failure);
    const request = { videoModelId: VIDEO_ID };
    const again = acceptAgain(failed, {
      request,
      execution: "second",
      now: START,
      defaultDeadlineHours: 24,
    });

    expect(again).not.toHaveProperty("failure");
    expect(due(again).at(-2)).toMatchObject({ status: "archive_failed", failure });
    expect(due(again).at(-1)).not.toHaveProperty("failure");
  });
});

describe("the time for which a change has been due", () => {
  it("is that of the oldest one, and nothing when all are published", () => {
    const job = withStatus(jobWith("queueing"), "processing", START + 2_000);

    expect(unpublishedFor({ ...job, publishedSeq: 1 }, START + 5_000)).toBe(4_000);
    expect(unpublishedFor({ ...job, publishedSeq: 3 }, START + 5_000)).toBe(0);
    expect(unpublishedFor({ ...job, publishedSeq: 2 }, START)).toBe(0);
  });
});
