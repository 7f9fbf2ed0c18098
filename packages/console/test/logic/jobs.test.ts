import type { Job } from "@akool-archiver/client";
import { describe, expect, it } from "vitest";
import { adviceFor } from "../../app/logic/advice.ts";
import { expiringOf, inOrder, urgency } from "../../app/logic/expiring.ts";
import { factsOf } from "../../app/logic/facts.ts";
import { isRunning, mayCancel, mayRetry, STATUS_NAMES } from "../../app/logic/status.ts";
import { followedBy, staysOf } from "../../app/logic/timeline.ts";
import { jobOf, NOW } from "./jobs.ts";

const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

describe("what may be done with a job", () => {
  it("every status but the archive may be retried or stopped", () => {
    for (const status of STATUS_NAMES) {
      const job = jobOf({ status });
      expect(mayRetry(job) || mayCancel(status), status).toBe(status !== "archived");
      expect(mayRetry(job) && isRunning(status), status).toBe(false);
    }
  });

  it("one whose execution has died may be retried, though its status says that it goes on", () => {
    expect(mayRetry(jobOf({ fault: { code: "X", reason: "y", at: at(0) } }))).toBe(true);
  });
});

describe("what stands in the way", () => {
  const failure = { code: "X", reason: "the reason", party: "source" } as const;

  it("is nothing while all is well", () => {
    expect(adviceFor(jobOf())).toBeUndefined();
    expect(adviceFor(jobOf({ status: "archived", failure }))).toBeUndefined();
    const lastObservation = { kind: "processing", at: at(0) };
    expect(adviceFor(jobOf({ lastObservation }))).toBeUndefined();
  });

  it("is a fault of the archiver before anything else", () => {
    const fault = { code: "TrackingFault", reason: "the table", at: at(0) };

    expect(adviceFor(jobOf({ fault, failure }))).toMatchObject({
      actor: "this archiver",
      action: "retry",
      why: "Following it has failed: the table",
    });
  });

  it("is the account while AKOOL refuses it, and its owner has to act", () => {
    const lastObservation = { kind: "account_fault", at: at(0), detail: "insufficient credit" };

    expect(adviceFor(jobOf({ lastObservation }))).toMatchObject({
      actor: "the account's owner",
      why: "AKOOL refuses the account: insufficient credit",
    });
  });

  it("is nobody's to mend where a poll brought no news", () => {
    const lastObservation = { kind: "unavailable", at: at(0) };

    expect(adviceFor(jobOf({ lastObservation }))).toMatchObject({
      actor: "nobody",
      why: "The last poll brought no news (unavailable)",
    });
  });

  it.each([
    ["job", "you"],
    ["source", "AKOOL"],
    ["archiver", "this archiver"],
  ] as const)("of a failure by %s is for %s to mend", (party, actor) => {
    const job = jobOf({ status: "archive_failed", failure: { ...failure, party } });

    expect(adviceFor(job)).toMatchObject({ actor, why: "the reason", action: "retry" });
  });

  it("is told for every end that is not the archive, with a page of the runbook", () => {
    for (const status of STATUS_NAMES.filter((name) => !isRunning(name) && name !== "archived")) {
      const advice = adviceFor(jobOf({ status }));
      expect(advice?.why, status).toBeTruthy();
      expect(advice?.runbook, status).toBeTruthy();
    }
  });

  it("is the reason of the last change, where there is no failure", () => {
    const timeline = [{ at: at(0), status: "timed_out", attempt: 1, reason: "24 hours" } as const];

    expect(adviceFor(jobOf({ status: "timed_out", timeline }))?.why).toBe("24 hours");
  });
});

describe("the timeline", () => {
  const timeline: Job["timeline"] = [
    { at: at(0), status: "accepted", attempt: 1 },
    { at: at(10), status: "archive_failed", attempt: 1, reason: "full" },
    { at: at(70), status: "accepted", attempt: 2 },
    { at: at(80), status: "processing", attempt: 2 },
  ];

  it("tells how long each status lasted, and the last one until now", () => {
    const stays = staysOf({ timeline }, NOW + 100_000);

    expect(stays.map(({ lasted }) => lasted)).toEqual([10_000, 60_000, 10_000, 20_000]);
    expect(stays.map(({ isCurrent }) => isCurrent)).toEqual([false, false, false, true]);
    expect(stays.map(({ beginsAttempt }) => beginsAttempt)).toEqual([false, false, true, false]);
    expect(stays[1]?.reason).toBe("full");
  });

  it("does not count on after an end", () => {
    expect(staysOf({ timeline: timeline.slice(0, 2) }, NOW + 9e9).at(-1)?.lasted).toBeUndefined();
  });

  it("tells how it is followed", () => {
    expect(followedBy({ polls: 1, attempt: 1 })).toBe("1 poll, first attempt");
    expect(followedBy({ polls: 3, attempt: 2, akool: { webhookUrl: "https://a" } })).toBe(
      "3 polls, a webhook expected, attempt 2",
    );
  });
});

describe("the facts of a file", () => {
  const video = {
    bucket: "b",
    key: "k.mp4",
    bytes: 1,
    contentType: "video/mp4",
    checksum: "crc32:AAAAAA==",
    archivedAt: at(0),
  };

  it("are what its bytes tell", () => {
    const content = {
      container: "mp4",
      durationSeconds: 10.504,
      width: 1280,
      height: 720,
      frameRate: 25,
      videoCodec: "h264",
      hasAudio: false,
    };

    expect(factsOf({ ...video, content }).map(({ property, found }) => [property, found])).toEqual([
      ["Format", "mp4"],
      ["Length", "10.5 s"],
      ["Picture", "1280 × 720, h264"],
      ["Frames a second", "25"],
      ["Sound", "none"],
    ]);
    expect(factsOf(video)).toEqual([
      { property: "Format", found: "unknown", expected: undefined, agrees: true },
    ]);
  });

  it("are compared with what was asked for and told", () => {
    const content = { container: "mp4", audioCodec: "aac" };
    const facts = factsOf({
      ...video,
      content,
      comparison: [
        { property: "durationSeconds", found: 10, told: 12, agrees: false },
        { property: "resolution", found: 720, asked: 720, told: 720, agrees: true },
      ],
    });

    expect(facts).toEqual([
      { property: "Format", found: "mp4", expected: undefined, agrees: true },
      { property: "Length", found: "10 s", expected: "AKOOL said: 12 s", agrees: false },
      {
        property: "Picture",
        found: "720p",
        expected: "asked for: 720p, AKOOL said: 720p",
        agrees: true,
      },
      { property: "Sound", found: "aac", expected: undefined, agrees: true },
    ]);
    const untold = { property: "resolution", found: 720, agrees: true } as const;
    expect(factsOf({ ...video, comparison: [untold] }).at(-1)?.expected).toBeUndefined();
  });
});

describe("what expires", () => {
  const item = (id: string, hours: number, missing: string) => ({
    videoModelId: id,
    status: "archive_failed",
    videoExpiresAt: at(hours * 3600),
    missing,
  });

  it("is in order: videos first, the most urgent of them before the others", () => {
    const order = inOrder([
      item("c", 1, "companions"),
      item("b", 30, "video"),
      item("a", 2, "video"),
    ]);

    expect(order.map(({ videoModelId }) => videoModelId)).toEqual(["a", "b", "c"]);
  });

  it("is found among jobs where the archiver tells no summary", () => {
    const late = jobOf({ status: "archive_failed", videoExpiresAt: at(60) });
    const gone = jobOf({ status: "archive_failed", videoExpiresAt: at(-60) });

    expect(expiringOf([late, gone], NOW)).toEqual([
      expect.objectContaining({ videoExpiresAt: at(60), missing: "video" }),
    ]);
  });

  it("is the more urgent the nearer it is", () => {
    expect([11, 47, 49].map((hours) => urgency(at(hours * 3600), NOW))).toEqual([
      "bad",
      "warning",
      "waiting",
    ]);
  });
});
