import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionDescription } from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Job } from "#domain/job/job.ts";
import { Follower, type WatchedStack } from "#local/command/follow.ts";
import { isArchived } from "#local/command/job-view.ts";
import { archivedCompanion, pendingCompanion } from "#test/support/companions.ts";
import { completedJob, EXECUTION, jobWith, START, VIDEO_ID } from "#test/support/jobs.ts";
import { DisplayLog } from "./views.ts";

const FOLLOWED = { executionArn: EXECUTION, videoModelId: VIDEO_ID };
const NEVER = new AbortController().signal;

let videosDirectory: string;
let display: DisplayLog;
let clock: { ms: number };
let follower: Follower;

beforeEach(async () => {
  videosDirectory = await mkdtemp(join(tmpdir(), "follow-"));
  display = new DisplayLog();
  clock = { ms: START };
  follower = new Follower(display, () => clock.ms);
});
afterEach(() => rm(videosDirectory, { recursive: true }));

/** A stack with one execution, whose end and whose record are in the test's hands. */
function stackOf(get: () => Promise<Job | undefined>) {
  const { promise: settled, resolve } = Promise.withResolvers<ExecutionDescription>();
  const stack: WatchedStack = {
    videosDirectory,
    store: { get },
    engine: { ended: () => settled },
    beginCompanionRun: () => Promise.reject(new Error("nothing is missing")),
  };
  const end = () =>
    resolve({
      executionArn: EXECUTION,
      stateMachineArn: "machine",
      name: "first",
      status: "SUCCEEDED",
      startDate: new Date(START),
      stopDate: new Date(START + 9_000),
      input: "{}",
    });
  return { stack, end };
}

function archivedJob(): Job {
  return jobWith("archived", {
    archive: {
      bucket: "videos",
      key: `${VIDEO_ID}.mp4`,
      bytes: 10,
      contentType: "video/mp4",
      checksum: "c",
      etag: "e",
      archivedAt: new Date(START).toISOString(),
      sourceUrl: "https://x.cloudfront.net/a.mp4",
    },
  });
}

/** Lets what is already due run. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("following", () => {
  it("shows a job from its start to its end", async () => {
    let job: Job | undefined;
    const { stack, end } = stackOf(async () => job);
    await writeFile(join(videosDirectory, `${VIDEO_ID}.mp4`), "0123456789");

    const followed = follower.follow(stack, [{ ...FOLLOWED, label: "a" }], NEVER);
    await turn();
    job = jobWith("processing");
    follower.stepped(EXECUTION, "StateExited");
    await turn();
    job = archivedJob();
    end();
    await followed;

    expect(display.changes.map(({ status }) => status)).toEqual([
      "starting",
      "processing",
      "archived",
      "archived",
    ]);
    expect(follower.views).toMatchObject([
      { label: "a", ended: true, file: join(videosDirectory, `${VIDEO_ID}.mp4`) },
    ]);
  });

  it("says when the file of an archived job has been taken away", async () => {
    const { stack, end } = stackOf(async () => archivedJob());
    end();

    await follower.follow(stack, [FOLLOWED], NEVER);

    expect(follower.views[0]?.file).toBeUndefined();
    expect(follower.views[0]?.reason).toMatch(/not there any more/);
  });

  it("stops at the signal, and leaves the job unfinished", async () => {
    const interruption = new AbortController();
    const { stack, end } = stackOf(async () => jobWith("processing"));

    const followed = follower.follow(stack, [FOLLOWED], interruption.signal);
    interruption.abort();
    await followed;
    end();
    await turn();

    expect(follower.views).toMatchObject([{ ended: false }]);
  });

  it("does not begin when the signal was given before", async () => {
    const { stack } = stackOf(async () => undefined);

    await follower.follow(stack, [FOLLOWED], AbortSignal.abort());

    expect(follower.views).toMatchObject([{ status: "starting", ended: false }]);
  });

  it("fails when the last read of the record does", async () => {
    const { stack, end } = stackOf(() => Promise.reject(new Error("no table")));
    end();

    await expect(follower.follow(stack, [FOLLOWED], NEVER)).rejects.toThrow("no table");
  });

  it("gets over a poll in between that fails", async () => {
    let get = async (): Promise<Job> => jobWith("processing");
    const { stack, end } = stackOf(() => get());
    const followed = follower.follow(stack, [FOLLOWED], NEVER);
    await turn();

    get = () => Promise.reject(new Error("for a moment"));
    follower.stepped(EXECUTION, "StateExited");
    await turn();
    get = async () => jobWith("failed");
    end();
    await followed;

    expect(follower.views).toMatchObject([{ status: "failed", ended: true }]);
  });

  it("never shows an older record after a newer one", async () => {
    const slow = Promise.withResolvers<Job>();
    const records = [slow.promise, Promise.resolve(completedJob())];
    const { stack } = stackOf(async () => records.shift());

    void follower.follow(stack, [FOLLOWED], NEVER);
    follower.stepped(EXECUTION, "StateExited");
    await turn();
    slow.resolve(jobWith("processing"));
    await turn();

    expect(display.changes.map(({ status }) => status)).toEqual([
      "starting",
      "processing",
      "completed",
    ]);
  });

  it("ignores what it does not follow", async () => {
    const { stack, end } = stackOf(async () => undefined);
    follower.stepped(EXECUTION, "StateExited");
    follower.stored(`${VIDEO_ID}.mp4`, 5);
    end();
    await follower.follow(stack, [FOLLOWED], NEVER);
    const shown = display.changes.length;

    follower.stepped("another execution", "StateRetried");
    follower.stored("another.mp4", 5);
    follower.stored(`${VIDEO_ID}.mp4`, 5);
    follower.stepped(EXECUTION, "StateRetried");
    await turn();

    expect(display.changes).toHaveLength(shown);
  });
});

describe("files beside a video", () => {
  const withState = (state: "pending" | "archived"): Job => ({
    ...archivedJob(),
    execution: "second",
    sweepAt: new Date(START + 20).toISOString(),
    companions: [
      state === "pending" ? pendingCompanion("original_srt") : archivedCompanion("original_srt"),
    ],
  });

  it("are waited for, in executions of their own", async () => {
    let job = withState("pending");
    const begun: string[] = [];
    const { stack, end } = stackOf(async () => job);
    await writeFile(join(videosDirectory, `${VIDEO_ID}.mp4`), "0123456789");
    const beginCompanionRun = async (read: Job) => {
      begun.push(read.videoModelId);
      job = withState("archived");
      return job;
    };
    end();

    await follower.follow({ ...stack, beginCompanionRun }, [FOLLOWED], NEVER);

    expect(begun).toEqual([VIDEO_ID]);
    expect(follower.views.map(isArchived)).toEqual([true]);
    expect(follower.views[0]?.companions).toEqual([
      {
        role: "original_srt",
        state: "archived",
        file: join(videosDirectory, `${VIDEO_ID}.original.srt`),
      },
    ]);
  });

  it("are waited for no longer than the user wants", async () => {
    const interruption = new AbortController();
    const job = { ...withState("pending"), sweepAt: new Date(START + 3_600_000).toISOString() };
    const { stack, end } = stackOf(async () => job);
    end();

    const followed = follower.follow(stack, [FOLLOWED], interruption.signal);
    await turn();
    interruption.abort();
    await followed;

    expect(follower.views).toMatchObject([{ ended: false, companions: [{ state: "pending" }] }]);
  });

  it("that were given up leave the job short of what AKOOL has named", async () => {
    const lost = { ...pendingCompanion("original_srt"), state: "failed", reason: "gone" } as const;
    const { stack, end } = stackOf(async () => ({ ...archivedJob(), companions: [lost] }));
    await writeFile(join(videosDirectory, `${VIDEO_ID}.mp4`), "0123456789");
    end();

    await follower.follow(stack, [FOLLOWED], NEVER);

    expect(follower.views.map(isArchived)).toEqual([false]);
    expect(follower.views[0]).toMatchObject({
      ended: true,
      companions: [{ role: "original_srt", state: "failed", reason: "gone" }],
    });
  });
});

describe("bytes that arrive in the bucket", () => {
  function begin() {
    const { stack } = stackOf(async () => undefined);
    void follower.follow(stack, [FOLLOWED], NEVER);
    display.changes.length = 0;
  }

  it("are added up, and shown twice a second at most", () => {
    begin();

    for (const ms of [0, 100, 499, 500, 700]) {
      clock.ms = START + ms;
      follower.stored(`${VIDEO_ID}.mp4`, 10);
    }

    expect(display.changes.map(({ bytes }) => bytes)).toEqual([10, 40]);
    expect(follower.views[0]?.bytes).toBe(50);
  });

  it("count from nothing again when the copy is repeated", () => {
    begin();
    follower.stored(`${VIDEO_ID}.mp4`, 10);

    follower.stepped(EXECUTION, "StateRetried");
    const afterwards = follower.views[0]?.bytes;
    follower.stored(`${VIDEO_ID}.mp4`, 3);

    expect(afterwards).toBeUndefined();
    expect(follower.views[0]?.bytes).toBe(3);
  });
});
