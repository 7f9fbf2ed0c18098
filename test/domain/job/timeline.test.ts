import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueChanges } from "#domain/events/events.ts";
import { acceptAgain, type Job, lastChange, withFault } from "#domain/job/job.ts";
import { omittedChanges } from "#domain/job/timeline.ts";
import { conclude, observe } from "#domain/job/transition.ts";
import { jobView } from "#http/views.ts";
import { acceptedJob, EXECUTION, OBSERVATIONS, START } from "#test/support/jobs.ts";

const MAX_ITEM_BYTES = 400_000;
const MAX_PUT_BYTES = 262_144;

const request = { videoModelId: acceptedJob().videoModelId };

function attempt(job: Job, reason: string, now: number): Job {
  const completed = observe(job, OBSERVATIONS.completed, now);
  const failure = { code: "X", reason, party: "source" } as const;
  const failed = conclude(completed, "archive_failed", now, failure);
  return acceptAgain(failed, { request, execution: EXECUTION, now, defaultDeadlineHours: 24 });
}

/** @param publishes whether the changes of each attempt are published before the next one */
function tried(times: number, publishes: boolean, reason = "HTTP 403"): Job {
  let job = acceptedJob();
  for (let i = 0; i < times; i += 1) {
    job = attempt(job, reason, START + i * 1_000);
    if (publishes) job = { ...job, publishedSeq: lastChange(job).seq - 1 };
  }
  return job;
}

/** More than DynamoDB counts: JSON has quotes and escapes besides names and values. */
const itemBytes = (job: Job) => Buffer.byteLength(JSON.stringify(job));

describe("a timeline", () => {
  it("keeps everything of a job that was tried a few times", () => {
    const job = tried(15, true);

    expect(job.statusHistory.map(({ seq }) => seq)).toEqual(
      Array.from({ length: lastChange(job).seq }, (_, index) => index + 1),
    );
    expect(jobView(job)).not.toHaveProperty("timelineOmitted");
  });

  it("keeps the beginning, AKOOL's first verdict and the latest of many changes", () => {
    const job = tried(500, true);

    expect(lastChange(job).seq).toBe(1_501);
    expect(job.statusHistory.slice(0, 3).map(({ seq }) => seq)).toEqual([1, 2, 1_442]);
    expect(job.statusHistory).toHaveLength(62);
    expect(omittedChanges(job)).toBe(1_439);
    expect(jobView(job)).toMatchObject({ timelineOmitted: 1_439 });
  });

  it("keeps what has not been published, and what comes before that", () => {
    const published = tried(100, true);
    const job = Array.from({ length: 100 }).reduce<Job>(
      (read, _, index) => attempt(read, "HTTP 403", START + index),
      published,
    );

    const due = dueChanges(job);

    expect(due.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 301 }, (_, index) => job.publishedSeq + 1 + index),
    );
    expect(due[0]?.detail.previousStatus).toBe("archive_failed");
  });

  it.each([
    ["ASCII", "x".repeat(2_000)],
    ["Chinese", "視".repeat(2_000)],
    ["control characters", "\u0001".repeat(2_000)],
    ["emoji", "\u{1F600}".repeat(1_000)],
  ])(
    "never outgrows an item, though nothing is ever published: reasons in %s",
    { tags: ["long"] },
    (_, reason) => {
      let job = acceptedJob();
      for (let i = 0; i < 2_000; i += 1) {
        job = attempt(job, reason, START + i);
        if (i % 100 === 0) expect(itemBytes(job)).toBeLessThan(MAX_ITEM_BYTES);
      }

      const fault = {
        execution: EXECUTION,
        code: "X",
        reason: reason.repeat(20),
        at: job.updatedAt,
      };
      expect(itemBytes(withFault(job, fault, START))).toBeLessThan(MAX_ITEM_BYTES / 1.5);
      expect(job.statusHistory.slice(0, 2).map(({ seq }) => seq)).toEqual([1, 2]);
      const latest = job.statusHistory.filter(({ status }) => status === "archive_failed").at(-1);
      expect(latest?.reason).toBe(job.statusHistory.at(-2)?.reason);
      expect(Buffer.byteLength(latest?.reason ?? "")).toBeGreaterThan(990);
    },
  );

  it("numbers its changes upwards, whatever is published when", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (publishes) => {
        let job = acceptedJob();
        for (const [index, isPublished] of publishes.entries()) {
          const before = lastChange(job).seq;
          job = attempt(job, "x".repeat(500), START + index);
          expect(lastChange(job).seq).toBe(before + 3);
          const seqs = job.statusHistory.map(({ seq }) => seq);
          expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
          const unpublished = seqs.filter((seq) => seq > job.publishedSeq);
          expect(unpublished).toHaveLength(lastChange(job).seq - job.publishedSeq);
          if (isPublished) job = { ...job, publishedSeq: lastChange(job).seq };
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("the event of a change", () => {
  const wide = (unit: string) => ({
    ...OBSERVATIONS.completed,
    akool: { file_name: unit.repeat(2_000), resolution: unit.repeat(2_000), create_time: START },
  });

  it.each(["x", "視", "\u0001", "\u{1F600}"])(
    "fits into one call, however long its texts (%j)",
    (unit) => {
      const tags = Object.fromEntries(
        Array.from({ length: 16 }, (_, index) => [`tag${index}`, "v".repeat(240)]),
      );
      const job = { ...tried(20, false, unit.repeat(2_000)), tags };

      const due = dueChanges(observe(job, wide(unit), START));

      expect(due).toHaveLength(62);
      for (const { detail } of due) {
        expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(MAX_PUT_BYTES / 4);
      }
    },
  );

  it("has its number, though some before it are not kept any more", () => {
    const job = { ...tried(100, true), publishedSeq: 0 };

    expect(dueChanges(job).map(({ detail }) => detail.eventId)).toEqual(
      job.statusHistory.map(({ seq }) => `${job.videoModelId}/${seq}`),
    );
  });

  it("leaves a field of AKOOL's out that is no name or number", () => {
    const job = { ...acceptedJob(), akool: { file_name: "x".repeat(20_000), resolution: "720" } };

    expect(dueChanges(job)[0]?.detail.akool).toEqual({ resolution: "720" });
  });
});
