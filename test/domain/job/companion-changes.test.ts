import { describe, expect, it } from "vitest";
import { jobAttributes } from "#aws/job-item.ts";
import { toldCompanions } from "#domain/job/companion.ts";
import {
  pendingCompanion as pendingOf,
  withCompanion,
  withCompanionAsk,
  withCompanionCopyRun,
  withCompanionRun,
  withCompanionsTold,
  withCompanionsTriedAgain,
  withFailedTry,
  withFreshAddresses,
  withFreshAnswer,
} from "#domain/job/companion-changes.ts";
import { type Job, jobSchema } from "#domain/job/job.ts";
import { conclude, observe } from "#domain/job/transition.ts";
import {
  AUDIO_SPLITS,
  archivedCompanion,
  COMPANION_URLS,
  CUT_COMPANION,
  pendingCompanion,
} from "#test/support/companions.ts";
import {
  ARCHIVE,
  acceptedJob,
  completedJob,
  HOUR,
  jobWith,
  OBSERVATIONS,
  START,
} from "#test/support/jobs.ts";

const DAY = 24 * HOUR;
const EXPIRY = START + 7 * DAY;

function archived(changes: Partial<Job> = {}): Job {
  return { ...jobWith("archived"), archive: ARCHIVE, ...changes };
}

const waiting = archived({
  companions: [archivedCompanion("original_srt"), pendingCompanion("translated_srt")],
});
const FAILED_FIELDS = {
  reason: "HTTP 404",
  lossEvidence: { since: "2026-01-12T12:00:00.000Z", count: 2 },
};
const FAILED = { reason: "the source answered HTTP 404", party: "source" } as const;

describe("what AKOOL names at the end", () => {
  const { completed, completed_without_video, processing } = OBSERVATIONS;
  const named = (
    observation: typeof completed | typeof completed_without_video | typeof processing,
  ) =>
    observe(
      acceptedJob(),
      { ...observation, akool: { ...observation.akool, audio_splits: AUDIO_SPLITS } },
      START,
    ).companions;

  it("is on the record from then on, pending", () => {
    expect(named(completed)).toEqual([
      pendingCompanion("original_srt"),
      pendingCompanion("translated_srt"),
      pendingCompanion("no_caption_video"),
    ]);
    expect(named(completed_without_video)).toHaveLength(3);
  });

  it("counts only then", () => {
    expect(named(processing)).toBeUndefined();
    expect(observe(acceptedJob(), completed, START)).not.toHaveProperty("companions");
  });

  it("keeps an archived job in the sweeper's index", () => {
    const job = { ...completedJob(), archive: ARCHIVE, companions: waiting.companions };

    expect(conclude(job, "archived", START)).toMatchObject({
      companions: waiting.companions,
      sweepAt: "2026-01-05T12:15:00.000Z",
    });
    expect(conclude(job, "archived", START)).not.toHaveProperty("sweptOnlyToPublish");
  });

  it("is written and read back", () => {
    const job = archived({
      companions: [
        archivedCompanion("original_srt"),
        pendingCompanion("translated_srt", { ...FAILED_FIELDS, doubtful: CUT_COMPANION }),
        { role: "no_caption_video", state: "failed", sourceUrl: "https://a/b", reason: "gone" },
      ],
    });
    const item = { ...jobAttributes(job, 0, true), videoModelId: job.videoModelId };

    expect(jobSchema.parse(item).companions).toEqual(job.companions);
  });

  it("keeps the record from being deleted until it is told what became of them", () => {
    const expiryOf = (job: Job) => jobAttributes(job, 2, true).expiresAt;
    const settled = archived({ companions: [archivedCompanion("original_srt")] });
    const told = withCompanionsTold(settled, START + 3 * DAY);

    expect(expiryOf(waiting)).toBeUndefined();
    expect(expiryOf(settled)).toBeUndefined();
    expect(expiryOf(told)).toBe((START + 5 * DAY) / 1000);
  });

  it("is told without addresses and counts", () => {
    const told = toldCompanions([
      { ...archivedCompanion("original_srt"), content: { container: "subrip" }, doubts: ["odd"] },
      pendingCompanion("translated_srt", FAILED_FIELDS),
      pendingCompanion("no_caption_video"),
    ]);

    expect(told.map((companion) => Object.keys(companion))).toEqual([
      [
        ...["role", "state", "bucket", "key", "bytes", "contentType", "checksum", "archivedAt"],
        ...["content", "doubts"],
      ],
      ["role", "state", "reason"],
      ["role", "state"],
    ]);
  });
});

describe("a run that copies companions", () => {
  it("is counted for each that is pending", () => {
    const once = withCompanionCopyRun(waiting);

    expect(once.companions).toEqual([
      archivedCompanion("original_srt"),
      pendingCompanion("translated_srt", { copyRuns: 1 }),
    ]);
    expect(pendingOf(withCompanionCopyRun(once), "translated_srt")?.copyRuns).toBe(2);
  });

  it("changes nothing where none is", () => {
    const done = archived({ companions: [archivedCompanion("original_srt")] });

    expect(withCompanionCopyRun(done)).toBe(done);
    expect(withCompanionCopyRun(completedJob())).toEqual(completedJob());
  });

  it("finds only what is pending", () => {
    expect(pendingOf(waiting, "original_srt")).toBeUndefined();
    expect(pendingOf(completedJob(), "original_srt")).toBeUndefined();
    expect(withCompanion(completedJob(), archivedCompanion("original_srt")).companions).toEqual([]);
  });

  it("changes the one that it has copied, and no other", () => {
    expect(withCompanion(waiting, archivedCompanion("translated_srt")).companions).toEqual([
      archivedCompanion("original_srt"),
      archivedCompanion("translated_srt"),
    ]);
  });
});

describe("a later answer", () => {
  const moved = { audio_splits: { translated_srt_url: "https://other.cloudfront.net/b.srt" } };

  it("gives fresh addresses, and takes none away", () => {
    const job = { ...waiting, akool: { video: "v", audio_splits: AUDIO_SPLITS } };

    expect(withFreshAddresses(job, moved)).toMatchObject({
      akool: { video: "v", audio_splits: { ...AUDIO_SPLITS, ...moved.audio_splits } },
      companions: [{ role: "original_srt" }, { role: "translated_srt" }, {}],
    });
    expect(withFreshAnswer(job, { video: "w" })).toMatchObject({
      akool: { video: "w", audio_splits: AUDIO_SPLITS },
    });
    expect(withFreshAnswer(waiting, { video: "w" }).akool).toEqual({ video: "w" });
  });

  it("changes nothing when it says nothing new", () => {
    const two = {
      original_srt_url: AUDIO_SPLITS.original_srt_url,
      translated_srt_url: AUDIO_SPLITS.translated_srt_url,
    };
    const job = { ...waiting, akool: { audio_splits: two } };

    expect(withFreshAddresses(job, { audio_splits: two })).toBe(job);
    expect(withFreshAddresses(job, {})).toBe(job);
    const without = archived({ akool: { audio_splits: {} } });
    expect(withFreshAddresses(without, { audio_splits: {} })).toBe(without);
  });

  it("that names another file has that told of again", () => {
    const told = {
      ...archived({ companions: [archivedCompanion("original_srt")] }),
      akool: { audio_splits: { original_srt_url: COMPANION_URLS.original_srt } },
      companionsToldAt: "2026-01-05T12:00:05.000Z",
    };
    const elsewhere = { audio_splits: { original_srt_url: "https://other.cloudfront.net/a.srt" } };

    expect(withFreshAddresses(told, moved)).not.toHaveProperty("companionsToldAt");
    expect(withFreshAddresses(told, elsewhere)).toMatchObject({
      akool: elsewhere,
      companionsToldAt: told.companionsToldAt,
    });
    const { companionsToldAt: _told, ...untold } = told;
    expect(withFreshAddresses(untold, elsewhere)).not.toHaveProperty("companionsToldAt");
    expect(withFreshAddresses(archived(), moved).companions).toHaveLength(1);
  });
});

describe("a try that fails", () => {
  const entry = (job: Job) => job.companions?.[1];

  it("leaves its reason, and the companion pending", () => {
    const once = withFailedTry(waiting, "translated_srt", FAILED, START);

    expect(entry(once)).toEqual(pendingCompanion("translated_srt", { reason: FAILED.reason }));
    expect(withFailedTry(once, "translated_srt", FAILED, START)).toBe(once);
    expect(withFailedTry(waiting, "original_srt", FAILED, START)).toBe(waiting);
  });

  it("keeps what came of a file that was cut", () => {
    const failed = { ...FAILED, doubtful: CUT_COMPANION };

    expect(entry(withFailedTry(waiting, "translated_srt", failed, START))).toMatchObject({
      state: "pending",
      doubtful: CUT_COMPANION,
    });
  });

  it("keeps what came of a cut file before, when nothing comes this time", () => {
    const kept = pendingCompanion("translated_srt", { doubtful: CUT_COMPANION });
    const job = withCompanion(waiting, kept);

    expect(entry(withFailedTry(job, "translated_srt", FAILED, START))).toEqual({
      ...kept,
      reason: FAILED.reason,
    });
  });

  it("gives it up after three refusals over six hours once AKOOL should have deleted it", () => {
    const steps = [0, 1, 5.99].map((hours) => EXPIRY + hours * HOUR);
    const refused = steps.reduce(
      (job, now) => withFailedTry(job, "translated_srt", FAILED, now),
      waiting,
    );

    expect(entry(refused)).toMatchObject({ state: "pending", lossEvidence: { count: 3 } });
    expect(
      entry(withFailedTry(refused, "translated_srt", FAILED, EXPIRY + 6 * HOUR)),
    ).toStrictEqual({
      ...{ role: "translated_srt", sourceUrl: COMPANION_URLS.translated_srt },
      ...{ state: "failed", reason: FAILED.reason },
    });
  });

  it("is no evidence before that time, nor by a fault of ours", () => {
    const ours = { reason: "s3 is down", party: "archiver" } as const;

    const early = withFailedTry(waiting, "translated_srt", FAILED, EXPIRY - 1);
    const own = withFailedTry(waiting, "translated_srt", ours, EXPIRY + DAY);

    expect(entry(early)).not.toHaveProperty("lossEvidence");
    expect(entry(own)).not.toHaveProperty("lossEvidence");
    expect(entry(withFailedTry(waiting, "translated_srt", ours, EXPIRY + 7 * DAY))).toMatchObject({
      state: "failed",
      reason: ours.reason,
    });
  });
});

describe("once all is told", () => {
  const done = {
    ...archived({ companions: [archivedCompanion("original_srt")] }),
    publishedSeq: 2,
  };

  it("the sweeper comes once more, to tidy up", () => {
    expect(withCompanionsTold(done, START)).toMatchObject({
      companionsToldAt: "2026-01-05T12:00:00.000Z",
      sweepAt: "2026-01-05T12:15:00.000Z",
    });
  });

  it("and before that for a change that is not published", () => {
    const due = { ...done, publishedSeq: 1 };

    expect(withCompanionsTold(due, START).sweepAt).toBe("2026-01-05T12:01:00.000Z");
  });

  it("nothing is told twice, or while one is pending, or of none", () => {
    const told = withCompanionsTold(done, START);

    expect(withCompanionsTold(told, START + HOUR)).toBe(told);
    expect(withCompanionsTold(waiting, START)).toBe(waiting);
    expect(withCompanionsTold(jobWith("archived"), START)).toEqual(jobWith("archived"));
  });

  it("AKOOL is asked for more, twice", () => {
    const asking = { ...done, akool: { audio_splits: {} } };
    const told = withCompanionsTold(asking, START);
    const once = withCompanionAsk(told, START + HOUR);

    expect(told.sweepAt).toBe("2026-01-05T12:15:03.000Z");
    expect(once).toMatchObject({ companionAsks: 1, sweepAt: "2026-01-05T18:00:03.000Z" });
    expect(withCompanionAsk(once, START + 7 * HOUR)).toMatchObject({
      companionAsks: 2,
      sweepAt: "2026-01-05T19:15:00.000Z",
    });
  });
});

describe("an execution for companions alone", () => {
  it("owns the record, whose status and attempt stay", () => {
    const fault = { execution: "e", code: "C", reason: "r", at: ARCHIVE.archivedAt };
    const next = withCompanionRun({ ...waiting, fault }, "arn:next", START);

    expect(next).toMatchObject({
      status: "archived",
      attempt: 1,
      execution: "arn:next",
      companionRuns: 1,
    });
    expect(next).not.toHaveProperty("fault");
    expect(withCompanionRun(next, "arn:third", START).companionRuns).toBe(2);
  });

  it("tries again what was given up, when a person asks", () => {
    const { companions, ...told } = withCompanionsTriedAgain({
      ...waiting,
      companionsToldAt: ARCHIVE.archivedAt,
      companions: [
        archivedCompanion("original_srt"),
        { ...pendingCompanion("translated_srt"), state: "failed", reason: "gone" },
      ],
    });

    expect(companions).toEqual(waiting.companions);
    expect(told).not.toHaveProperty("companionsToldAt");
    expect(withCompanionsTriedAgain(jobWith("archived")).companions).toEqual([]);
  });
});
