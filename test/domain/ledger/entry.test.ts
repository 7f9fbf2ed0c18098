import { describe, expect, it } from "vitest";
import { acceptAgain, type Job, withStatus } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import {
  entryAfter,
  factsOf,
  hourOf,
  type JobFacts,
  type LedgerEntry,
  ledgerEntrySchema,
  settledFacts,
  sumsOf,
} from "#domain/ledger/entry.ts";
import type { CountedJob } from "#domain/ledger/missing.ts";
import { ARCHIVE, acceptedJob, completedJob, jobWith, START } from "#test/support/jobs.ts";

const HOUR = "2026-01-05T12";

function facts(job: CountedJob): JobFacts {
  const found = factsOf(job, ["team"]);
  if (found === undefined) throw new Error("the job is not in the ledger");
  return found;
}

const archived = (changes: Partial<Job> = {}) =>
  withStatus(
    completedJob({ archive: ARCHIVE, akool: { deduction_credit: 30 }, ...changes }),
    "archived",
    START + 3_000,
  );

describe("the jobs of the ledger", () => {
  it("are those that have ended, those that were begun again, and swaps from the beginning", () => {
    const request = { videoModelId: acceptedJob().videoModelId };
    const again = { request, execution: "second", now: START, defaultDeadlineHours: 24 };

    expect(factsOf(acceptedJob(), [])).toBeUndefined();
    expect(factsOf(completedJob(), [])).toBeUndefined();
    expect(factsOf(jobWith("failed"), [])).toBeDefined();
    expect(factsOf(acceptAgain(jobWith("failed"), again), [])).toMatchObject({
      status: "accepted",
    });
    expect(factsOf({ ...acceptedJob(), submission: { estimatedCredits: 30 } }, [])).toMatchObject({
      estimated: 30,
    });
  });

  it("are counted in the hour of their creation at AKOOL", () => {
    expect(hourOf(acceptedJob())).toBe(HOUR);
    expect(hourOf({ ...acceptedJob(), videoExpiresAt: "2026-01-09T03:59:59.999Z" })).toBe(
      "2026-01-02T03",
    );
  });

  it.each([
    [{ submission: { estimatedCredits: 5 }, akool: { type: 8 } }, "character_swap"],
    [{ akool: { type: 8 } }, "type:8"],
    [{ akool: { type: "8" } }, "unknown"],
    [{}, "unknown"],
  ] as const)("have the product that is known, %j: %s", (changes, product) => {
    expect(facts(jobWith("failed", changes))).toMatchObject({ product });
  });

  it("carry the tags that the ledger is grouped by, and no others", () => {
    expect(facts(jobWith("failed", { tags: { team: "film", secret: "x" } })).tags).toEqual({
      team: "film",
    });
  });
});

describe("what a job adds up to", () => {
  it("is a video and its bytes, once that is archived", () => {
    expect(sumsOf(facts(archived()))).toMatchObject({
      ...{ jobs: 1, charged: 30, archived: 1, bytes: ARCHIVE.bytes },
      ...{ missing: 0, missingCredits: 0, failed: 0, failedCredits: 0, running: 0 },
    });
  });

  it("is a missing video and its credits, if AKOOL has made it and it is not archived", () => {
    const job = conclude(
      completedJob({ akool: { deduction_credit: 30 } }),
      "archive_failed",
      START,
    );
    const sums = sumsOf(facts(job));

    expect(sums).toMatchObject({ missing: 1, missingCredits: 30, failed: 0, archived: 0 });
    expect(sums.missingUntil).toBe(job.videoExpiresAt);
  });

  it("has no time until which the video may come, once it is given up", () => {
    const expired = conclude(completedJob(), "expired", START);

    expect(sumsOf(facts(expired))).toMatchObject({ missing: 1 });
    expect(sumsOf(facts(expired))).not.toHaveProperty("missingUntil");
  });

  it("is a failure and its credits, if AKOOL has made no video", () => {
    expect(sumsOf(facts(jobWith("failed", { akool: { deduction_credit: 4 } })))).toMatchObject({
      ...{ failed: 1, failedCredits: 4, charged: 4, missing: 0 },
    });
    expect(sumsOf(facts(jobWith("timed_out")))).toMatchObject({ failed: 1, missing: 0 });
    // AKOOL's verdict of now counts, whatever an earlier attempt has seen.
    const failed = conclude(completedJob(), "failed", START);
    expect(sumsOf(facts(failed))).toMatchObject({ failed: 1, missing: 0 });
  });

  it("is nothing but an estimate while a swap runs, until AKOOL names a charge", () => {
    const running = { ...acceptedJob(), submission: { estimatedCredits: 30 } };

    expect(sumsOf(facts(running))).toMatchObject({ estimated: 30, running: 30, failed: 0 });
    expect(sumsOf(facts(running))).not.toHaveProperty("missingUntil");
    expect(sumsOf(facts({ ...running, akool: { deduction_credit: 20 } }))).toMatchObject({
      ...{ estimated: 30, running: 0, charged: 20 },
    });
    expect(sumsOf(facts(conclude(running, "cancelled", START)))).toMatchObject({ running: 0 });
    const again = { ...jobWith("timed_out"), status: "accepted" as const, attempt: 2 };
    expect(sumsOf(facts(again))).toMatchObject({ running: 0 });
  });

  it("has the companions that are archived, and those that are missing", () => {
    expect(sumsOf(facts(archived()))).toMatchObject({
      companionsArchived: 0,
      companionsMissing: 0,
    });
    const job = {
      ...archived(),
      companions: [
        { state: "archived", bytes: 100 },
        { state: "archived" },
        { state: "pending" },
        { state: "failed" },
      ],
    };
    const sums = sumsOf(facts(job));

    expect(sums).toMatchObject({
      companionsArchived: 2,
      companionBytes: 100,
      companionsMissing: 2,
      missingUntil: job.videoExpiresAt,
    });
    const given = { ...job, companions: [{ state: "failed" }] };
    expect(sumsOf(facts(given))).not.toHaveProperty("missingUntil");
  });
});

describe("an entry", () => {
  const entryOf = (job: Job, known?: LedgerEntry) => entryAfter(known, job, facts(job), HOUR);

  it("follows the newest version of its record, whatever comes last", () => {
    const older = jobWith("timed_out", { version: 4 });
    const newer = { ...archived(), version: 9 };
    const known = entryOf(newer, entryOf(older));

    expect(known).toMatchObject({ version: 9, facts: { video: "archived" } });
    expect(entryOf(older, known)).toBe(known);
    expect(entryOf(newer, known)).toEqual(known);
    expect(known).not.toHaveProperty("earlier");
  });

  it("follows the tags that the ledger is grouped by now, though its record is the same", () => {
    const job = archived({ tags: { team: "film", project: "trailer" } });
    const regrouped = factsOf(job, ["project"]);
    if (regrouped === undefined) throw new Error("the job is not in the ledger");

    expect(entryAfter(entryOf(job), job, regrouped, HOUR).facts.tags).toEqual({
      project: "trailer",
    });
  });

  it("is read as it was written", () => {
    const companions = [{ state: "archived", bytes: 100 }, { state: "pending" }];
    const jobs = [
      { ...archived({ tags: { team: "film" }, submission: { estimatedCredits: 40 } }), companions },
      conclude(completedJob(), "archive_failed", START),
      jobWith("failed"),
    ];
    for (const job of jobs) {
      const entry = entryAfter(undefined, acceptedJob(), facts(job), HOUR);
      const known = { ...entry, earlier: entry.facts };

      expect(ledgerEntrySchema.parse(known)).toEqual(known);
    }
  });

  it("keeps what an earlier record has settled, which its retention has deleted", () => {
    const first = { ...archived({ tags: { team: "film" } }), version: 12 };
    const second = jobWith("not_found", { acceptedAt: "2026-03-05T12:00:00.000Z", version: 3 });
    const known = entryOf(second, entryOf(first));

    expect(known).toMatchObject({ version: 3, acceptedAt: second.acceptedAt });
    expect(settledFacts(known)).toMatchObject({
      ...{ status: "archived", video: "archived", charged: 30, tags: { team: "film" } },
    });
    // A record that comes late undoes nothing.
    expect(entryOf(first, known)).toBe(known);
    const ended = { ...second, version: 4 };
    expect(settledFacts(entryOf(ended, known))).toMatchObject({ video: "archived", charged: 30 });
  });

  it("is not charged twice, if a later record archives the same video again", () => {
    const swap = { submission: { estimatedCredits: 40 } };
    const first = {
      ...conclude(completedJob({ akool: { deduction_credit: 30 }, ...swap }), "expired", START),
    };
    const second = { ...archived(), acceptedAt: "2026-03-05T12:00:00.000Z" };
    const settled = settledFacts(entryOf(second, entryOf(first)));

    expect(sumsOf(settled)).toMatchObject({ charged: 30, estimated: 40, archived: 1, missing: 0 });
    expect(settled.product).toBe("character_swap");
  });

  it("follows the later record, if neither has archived the video, or both have", () => {
    const acceptedAt = "2026-03-05T12:00:00.000Z";
    const expired = conclude(completedJob({ akool: { deduction_credit: 30 } }), "expired", START);
    const notFound = jobWith("not_found", { acceptedAt });
    const charged = jobWith("not_found", { acceptedAt, akool: { deduction_credit: 20 } });
    const smaller = archived({ acceptedAt, archive: { ...ARCHIVE, bytes: 7 } });

    expect(settledFacts(entryOf(notFound, entryOf(expired)))).toMatchObject({
      ...{ status: "not_found", video: "none", charged: 30 },
    });
    expect(settledFacts(entryOf(charged, entryOf(expired)))).toMatchObject({ charged: 20 });
    expect(settledFacts(entryOf(smaller, entryOf(archived())))).toMatchObject({ bytes: 7 });
  });

  it("takes the product that the later record knows", () => {
    const first = jobWith("expired");
    const second = {
      ...jobWith("failed", { akool: { type: 8 } }),
      acceptedAt: "2026-03-05T12:00:00.000Z",
    };

    expect(settledFacts(entryOf(second, entryOf(first))).product).toBe("type:8");
  });
});
