import { createHash } from "node:crypto";
import type { Fault, FaultEffect } from "@akool-archiver/akool-simulator/job-script.ts";
import { resultSha256 } from "@akool-archiver/akool-simulator/video-content.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { crash, openWorkflow, type Workflow } from "./harness.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const complete = { kind: "complete", file: { kind: "sample" } } as const;

let workflow: Workflow;
beforeAll(async () => {
  workflow = await openWorkflow();
});
afterAll(() => workflow.close());
beforeEach(() => {
  workflow.sabotage.current = undefined;
});

function addJob(script: Partial<Parameters<Workflow["akool"]["addJob"]>[0]> = {}) {
  return workflow.akool.addJob({ queueMs: 30_000, processMs: 80_000, end: complete, ...script });
}

async function track(id: string, input: Record<string, unknown> = {}) {
  const executionArn = await workflow.start({ videoModelId: id, ...input });
  const execution = await workflow.end(executionArn);
  return { executionArn, execution, job: await workflow.job(id) };
}

const during = (from: number, until: number, fault: FaultEffect): Fault => ({
  ms: [from, until],
  fault,
});

async function expectArchived(id: string) {
  const job = await workflow.job(id);
  expect(job).toMatchObject({ status: "archived", archive: { bytes: 362_076 } });
  const sha256 = createHash("sha256")
    .update(await workflow.video(id))
    .digest("hex");
  expect(sha256).toBe(await resultSha256({ kind: "sample" }));
}

describe("a job that goes well", () => {
  it("is followed, archived byte for byte, and published change by change", async () => {
    const id = addJob();

    const { executionArn, execution, job } = await track(id, { tags: { team: "film" } });

    expect(execution?.status).toBe("SUCCEEDED");
    await expectArchived(id);
    expect(workflow.published(id)).toEqual([
      "accepted",
      "queueing",
      "processing",
      "completed",
      "archived",
    ]);
    expect(workflow.details(id).at(-1)).toMatchObject({
      video: { key: `${id}.mp4`, bytes: 362_076, contentType: "video/mp4" },
      tags: { team: "film" },
      akool: { deduction_credit: 20 },
    });
    expect(await workflow.videos()).toContain(`${id}.json`);
    expect(job?.pollCount).toBe(workflow.akool.calls(id));
    expect(workflow.states(executionArn)).toContain("Wait");
  });

  it("is noticed soon after it is completed: within a sixth of its age", async () => {
    const id = addJob();
    const created = workflow.clock.now();

    const { job } = await track(id);

    const completed = job?.statusHistory.find(({ status }) => status === "completed");
    const delay = Date.parse(completed?.at ?? "") - created - 110_000;
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThan(110_000 / 6);
  });

  it("costs three transitions a poll, and four when it is already completed", async () => {
    const id = addJob({ queueMs: 0, processMs: 0 });

    const { executionArn } = await track(id);

    expect(workflow.states(executionArn)).toEqual([
      "Begin",
      "CheckStatus",
      "NextStep",
      "ArchiveVideo",
    ]);
    const slow = addJob({ queueMs: 0 });
    const { executionArn: other } = await track(slow);
    const states = workflow.states(other);
    expect(states.join(" ")).toContain("Wait CheckStatus NextStep Wait CheckStatus NextStep Wait");
    const polls = states.filter((state) => state === "CheckStatus").length;
    expect(states).toHaveLength(3 * polls + 1);
  });

  it("that is slow, three hours, needs no more than a hundred polls", async () => {
    const id = addJob({ queueMs: HOUR, processMs: 2 * HOUR });

    const { job } = await track(id);

    expect(job?.status).toBe("archived");
    expect(workflow.akool.calls(id)).toBeLessThan(100);
  });
});

describe("a job that AKOOL fails", () => {
  it("was tracked well: the execution succeeds, with AKOOL's reason on record and event", async () => {
    const id = addJob({ end: { kind: "fail", reason: "No face was found." } });

    const { execution, job } = await track(id);

    expect(execution?.status).toBe("SUCCEEDED");
    expect(job).toMatchObject({ status: "failed", failure: { reason: "No face was found." } });
    expect(workflow.published(id).at(-1)).toBe("failed");
    expect(workflow.details(id).at(-1)?.failure?.reason).toBe("No face was found.");
  });

  it("after an id that it does not know for good, ends as not found after a grace", async () => {
    const id = "ffffffffffffffffffffffff";
    const before = workflow.clock.now();

    const { job } = await track(id);

    expect(job?.status).toBe("not_found");
    expect(workflow.clock.now() - before).toBeGreaterThanOrEqual(MINUTE);
    expect(workflow.clock.now() - before).toBeLessThan(2 * MINUTE);
  });

  it("by refusing the request ends as rejected, with code and message", async () => {
    const fault: FaultEffect = { kind: "code", code: 1010, msg: "no permission" };
    const id = addJob({ faults: [{ calls: [1, 99], fault }] });

    const { job } = await track(id);

    expect(job).toMatchObject({
      status: "rejected",
      failure: { code: "AKOOL_1010", reason: "no permission" },
    });
  });
});

describe("AKOOL's trouble never ends a job:", () => {
  it.each<[string, FaultEffect]>([
    ["a key that is rejected (1101), then mended", { kind: "code", code: 1101 }],
    ["throttling (1005)", { kind: "code", code: 1005 }],
    ["a server fault (2001)", { kind: "code", code: 2001 }],
    ["a code that is not documented", { kind: "code", code: 7777 }],
    ["HTTP 401", { kind: "http", status: 401 }],
    ["an unreadable body", { kind: "unreadable", body: '{"code":1000,"data":{"_id":' }],
    ["code 1000 without data", { kind: "no-data" }],
    ["status 3 without a video", { kind: "no-video" }],
    ["status 3 with an empty video", { kind: "empty-video" }],
    ["an unknown status", { kind: "status", value: 7 }],
    ["a status that goes backwards", { kind: "status", value: 1 }],
  ])("%s", async (_, fault) => {
    const id = addJob({ faults: [during(40_000, 40 * MINUTE, fault)] });

    const { execution } = await track(id);

    expect(execution?.status).toBe("SUCCEEDED");
    await expectArchived(id);
  });

  it.each<[string, FaultEffect]>([
    ["HTTP 502 with HTML", { kind: "http", status: 502 }],
    ["a connection that is reset", { kind: "reset" }],
  ])("%s", async (_, fault) => {
    const id = addJob({ faults: [{ calls: [2, 7], fault }] });

    await track(id);

    await expectArchived(id);
  });

  it("publishes nothing while it lasts, and takes no status back", async () => {
    const fault: FaultEffect = { kind: "status", value: 1 };
    const id = addJob({
      queueMs: 0,
      processMs: HOUR,
      faults: [during(10 * MINUTE, 20 * MINUTE, fault)],
    });

    const { job } = await track(id);

    expect(workflow.published(id)).toEqual(["accepted", "processing", "completed", "archived"]);
    expect(job?.statusHistory.map(({ status }) => status)).toEqual(workflow.published(id));
  });

  it("resumes within one poll of the mending", async () => {
    const mended = 6 * HOUR;
    const fault: FaultEffect = { kind: "code", code: 1101 };
    const id = addJob({ faults: [during(0, mended, fault)] });
    const created = workflow.clock.now();

    await track(id);

    expect(workflow.clock.now() - created).toBeGreaterThanOrEqual(mended);
    expect(workflow.clock.now() - created).toBeLessThanOrEqual(mended + 5 * MINUTE);
  });
});

describe("the deadline", () => {
  it("ends a job that AKOOL still calls unfinished, at the last poll and never as a success", async () => {
    const id = addJob({ end: { kind: "never" } });
    const before = workflow.clock.now();

    const { execution, job } = await track(id, { deadlineHours: 1 });

    expect(execution?.status).toBe("SUCCEEDED");
    expect(job).toMatchObject({ status: "timed_out", failure: { code: "DEADLINE_PASSED" } });
    expect(workflow.clock.now() - before).toBeGreaterThanOrEqual(HOUR);
    expect(workflow.clock.now() - before).toBeLessThan(HOUR + 5_000);
  });

  it("saves a video that is completed just before the last poll", async () => {
    const id = addJob({ queueMs: 0, processMs: HOUR - 1_000 });

    await track(id, { deadlineHours: 1 });

    await expectArchived(id);
  });

  it("needs evidence: through an outage over it, the job is followed on and archived", async () => {
    const outage = during(10 * MINUTE, 5 * HOUR, { kind: "code", code: 2001 });
    const id = addJob({ queueMs: 0, processMs: 2 * HOUR, faults: [outage] });

    await track(id, { deadlineHours: 1 });

    await expectArchived(id);
  });

  it("stays open while AKOOL cannot be read, until the video would have expired", async () => {
    const id = addJob({ faults: [during(0, 30 * DAY, { kind: "code", code: 2001 })] });
    const before = workflow.clock.now();

    const { executionArn, execution, job } = await track(id);

    expect(execution?.status).toBe("SUCCEEDED");
    expect(job).toMatchObject({ status: "expired", failure: { code: "AKOOL_UNREADABLE" } });
    expect(workflow.clock.now() - before).toBeGreaterThanOrEqual(7 * DAY);
    const events = workflow.states(executionArn).length * 3;
    expect(events).toBeLessThan(25_000);
  }, 120_000);
});

describe("the source of a completed video", () => {
  it("that answers 404 is asked for at AKOOL's fresh address", async () => {
    const file = { kind: "gone-then", after: 1, file: { kind: "sample" } } as const;
    const id = addJob({ end: { kind: "complete", file } });

    await track(id);

    await expectArchived(id);
  });

  it.each([
    [{ kind: "cut", declared: 1_000_000, sent: 600_000 }, "SourceInterrupted"],
    [{ kind: "html" }, "NotAVideo"],
    [{ kind: "status", status: 404 }, "SourceGone"],
    [{ kind: "status", status: 403 }, "SourceGone"],
    [{ kind: "status", status: 500 }, "SourceUnavailable"],
    [{ kind: "redirect", location: "http://169.254.169.254/latest/" }, "DownloadRefused"],
  ] as const)(
    "that serves %j is never archived and leaves nothing behind",
    async (file, code) => {
      const id = addJob({ end: { kind: "complete", file } });

      const { execution, job } = await track(id);

      expect(execution?.status).toBe("SUCCEEDED");
      expect(job).toMatchObject({ status: "archive_failed", failure: { code, party: "source" } });
      expect(workflow.published(id).slice(-2)).toEqual(["completed", "archive_failed"]);
      expect((await workflow.videos()).filter((name) => name.startsWith(id))).toEqual([]);
      expect(await workflow.openUploads()).toEqual([]);
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
    ["a body that breaks off", { kind: "cut", declared: 1_000_000, sent: 600_000 }],
  ] as const)(
    "that serves %s for two minutes is waited for within the attempt",
    async (_, first) => {
      const late = { kind: "late", forMs: 2 * MINUTE, first, file: { kind: "sample" } } as const;
      const id = addJob({ queueMs: 0, processMs: 0, end: { kind: "complete", file: late } });

      const { job } = await track(id);

      await expectArchived(id);
      expect(job).toMatchObject({ attempt: 1 });
      expect(job?.statusHistory.map((change) => change.status)).not.toContain("archive_failed");
    },
    90_000,
  );

  it("that has no ranges, or no length, is archived all the same", async () => {
    const noRanges = addJob({ end: { kind: "complete", file: { kind: "no-ranges" } } });
    const chunked = addJob({ end: { kind: "complete", file: { kind: "chunked" } } });

    await track(noRanges);
    await track(chunked);

    await expectArchived(noRanges);
    await expectArchived(chunked);
  });
});

describe("a job that is started more than once", () => {
  it("is followed once; the others end as duplicates", async () => {
    const id = addJob();
    const arns = await Promise.all(
      Array.from({ length: 5 }, () => workflow.start({ videoModelId: id })),
    );

    const ends = await Promise.all(arns.map((arn) => workflow.end(arn)));

    expect(ends.map((end) => end?.status)).toEqual(Array(5).fill("SUCCEEDED"));
    const last = arns.map((arn) => workflow.states(arn).at(-1)).sort();
    expect(last).toEqual(["ArchiveVideo", ...Array(4).fill("Duplicate")]);
    expect(workflow.published(id).filter((status) => status === "archived")).toHaveLength(1);
    await expectArchived(id);
  });

  it("is left alone once it is archived", async () => {
    const id = addJob();
    await track(id);
    const calls = workflow.akool.calls(id);

    const { executionArn } = await track(id);

    expect(workflow.states(executionArn).at(-1)).toBe("Duplicate");
    expect(workflow.akool.calls(id)).toBe(calls);
  });

  it("goes on in a second execution after the first one was aborted", async () => {
    const id = addJob();
    const first = await workflow.start({ videoModelId: id });
    await workflow.clock.runUntil(
      vi.waitUntil(() => workflow.published(id).includes("queueing"), {
        interval: 0,
        timeout: 60_000,
      }),
    );
    await workflow.engine.stop(first, "Aborted", "by hand");

    const { job } = await track(id);

    await expectArchived(id);
    expect(job?.attempt).toBe(2);
    expect(new Set(workflow.published(id))).toEqual(
      new Set(["accepted", "queueing", "processing", "completed", "archived"]),
    );
  });
});

describe("a crash", () => {
  it.each(["CheckStatus", "ArchiveVideo"])(
    "of %s between the record and its answer publishes nothing twice",
    async (name) => {
      const id = addJob();
      let crashes = 0;
      workflow.sabotage.current = async ({ resource }, run) => {
        const result = await run();
        if (resource.includes(name) && crashes++ % 2 === 0) throw crash();
        return result;
      };

      const { job } = await track(id);

      await expectArchived(id);
      expect(crashes).toBeGreaterThan(1);
      expect(workflow.published(id)).toEqual(job?.statusHistory.map(({ status }) => status));
    },
  );

  it("of the bus before it answers repeats the event under the same id", async () => {
    const id = addJob({ queueMs: 0, processMs: 0 });
    workflow.bus.loseAnswers(1);

    await track(id);

    const ids = workflow.details(id).map(({ eventId }) => eventId);
    expect(ids).toEqual([`${id}/1`, `${id}/1`, `${id}/2`, `${id}/3`]);
    await expectArchived(id);
    workflow.bus.up();
  });

  it("of every first invocation of every function is survived", async () => {
    const id = addJob();
    const seen = new Set<string>();
    workflow.sabotage.current = async ({ resource, parameters }, run) => {
      const call = `${resource} ${JSON.stringify(parameters)}`;
      if (seen.has(call)) return run();
      seen.add(call);
      throw crash();
    };

    await track(id);

    await expectArchived(id);
  });
});

describe("a fault of our own that outlasts the retries", () => {
  it("fails the execution with its reason on the record; a new execution makes up for it", async () => {
    const id = addJob();
    workflow.sabotage.current = async ({ resource }, run) => {
      if (resource.includes("CheckStatus")) throw new Error("no such table");
      return run();
    };

    const { execution, job } = await track(id);

    expect(execution).toMatchObject({ status: "FAILED", error: "TrackingFault" });
    expect(job?.fault?.reason).toContain("no such table");
    expect(workflow.published(id)).toEqual([]);
    workflow.sabotage.current = undefined;
    const again = await track(id);
    await expectArchived(id);
    expect(again.job).not.toHaveProperty("fault");
    expect(workflow.published(id)).toEqual(again.job?.statusHistory.map(({ status }) => status));
  });
});

describe("a bus that takes nothing", () => {
  it("keeps no job from its end; its changes are left to the sweeper, which publishes them in order", async () => {
    const id = addJob();
    workflow.bus.down();

    const { execution, job } = await track(id);

    expect(execution).toMatchObject({ status: "SUCCEEDED" });
    await expectArchived(id);
    expect(job).toMatchObject({ publishedSeq: 0, sweepAt: expect.any(String) });
    expect(workflow.published(id)).toEqual([]);

    workflow.bus.up();
    await workflow.pass(MINUTE);
    await workflow.sweep();

    expect(workflow.published(id)).toEqual(job?.statusHistory.map(({ status }) => status));
    expect(await workflow.job(id)).not.toHaveProperty("sweepAt");
  });
});

describe("a request that is none", () => {
  it("ends well, makes no record, and lies in the dead-letter queue with the reason", async () => {
    const { executionArn, execution, job } = await track("../../etc", { tags: { a: "b" } });

    expect(execution).toMatchObject({ status: "SUCCEEDED" });
    expect(workflow.states(executionArn)).toEqual([
      "Begin",
      "CheckStatus",
      "RefuseRequest",
      "Refused",
    ]);
    expect(job).toBeUndefined();
    expect(await workflow.deadLetters()).toMatchObject([
      {
        request: { videoModelId: "../../etc", tags: { a: "b" } },
        error: { Error: "InvalidInput", Cause: expect.stringContaining("videoModelId") },
        execution: executionArn,
      },
    ]);
  });
});
