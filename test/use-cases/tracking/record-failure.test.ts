import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { describe, expect } from "vitest";
import { conclude } from "#domain/job/transition.ts";
import { acceptedJob, completedJob, EXECUTION, jobWith, START } from "#test/support/jobs.ts";
import { type TestDependencies, testDependencies } from "#test/support/tracking.ts";
import { JobUnknown } from "#use-cases/tracking/archive-job.ts";
import {
  recordArchiveFailure,
  recordFault,
  TrackingFault,
} from "#use-cases/tracking/record-failure.ts";

let dependencies: TestDependencies & { defaultDeadlineHours: number };
let videoModelId: string;
let counter = 0;

it.beforeEach(({ table }) => {
  dependencies = { ...testDependencies(table), defaultDeadlineHours: 48 };
  videoModelId = `record-failure-${counter++}`;
});

function input(name: string, cause: string) {
  return {
    request: { videoModelId },
    execution: EXECUTION,
    error: { Error: name, Cause: cause },
  };
}

const lambdaCause = (errorMessage: string) =>
  JSON.stringify({ errorType: "X", errorMessage, trace: ["at somewhere"] });

describe("an archive failure", () => {
  it.each([
    ["NotAVideo", "source"],
    ["SourceIncomplete", "source"],
    ["SourceGone", "source"],
    ["DownloadRefused", "source"],
    ["VideoTooLarge", "source"],
    ["SourceUnavailable", "source"],
    ["SourceInterrupted", "source"],
    ["SourceChanged", "source"],
    ["CopyOvertaken", "archiver"],
    ["States.Timeout", "archiver"],
    ["AccessDenied", "archiver"],
  ])("by %s is put down to the %s", async (code, party) => {
    await dependencies.store.create({ ...completedJob(), videoModelId });

    await recordArchiveFailure(dependencies, input(code, lambdaCause("what happened")));

    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      status: "archive_failed",
      failure: { code, reason: "what happened", party },
    });
    expect(dependencies.published.at(-1)?.Detail).toMatchObject({
      status: "archive_failed",
      failure: { code, reason: "what happened", party },
    });
  });

  it("never overwrites an archived video", async () => {
    const archived = conclude({ ...completedJob(), videoModelId }, "archived", START);
    await dependencies.store.create(archived);

    const result = await recordArchiveFailure(dependencies, input("States.Timeout", ""));

    const { sweepAt: _sweepAt, sweptOnlyToPublish: _only, ...kept } = archived;
    expect(await dependencies.store.get(videoModelId)).toEqual({ ...kept, publishedSeq: 3 });
    expect(result.status).toBe("archived");
  });

  it("is nothing to a job that another execution follows", async () => {
    await dependencies.store.create({ ...completedJob(), videoModelId, execution: "other" });

    await recordArchiveFailure(dependencies, input("NotAVideo", "x"));

    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      status: "completed",
      version: 1,
    });
  });

  it("needs a record", async () => {
    await expect(recordArchiveFailure(dependencies, input("NotAVideo", "x"))).rejects.toThrow(
      JobUnknown,
    );
  });

  it.each([
    ["plain text", "plain text"],
    ['{"noMessage":true}', '{"noMessage":true}'],
    ["text ".repeat(1_000), "text ".repeat(200)],
    [
      "GET https://a.example/b?X-Amz-Signature=1f failed",
      "GET https://a.example/b?[redacted] failed",
    ],
  ])(
    "keeps a cause that is not Lambda's as it is, without secrets and cut to a bearable length",
    async (cause, reason) => {
      await dependencies.store.create({ ...completedJob(), videoModelId });

      await recordArchiveFailure(dependencies, input("States.Timeout", cause));

      expect((await dependencies.store.get(videoModelId))?.failure?.reason).toBe(reason);
    },
  );
});

describe("a fault of our own", () => {
  it("is put on the record and fails the execution", async () => {
    await dependencies.store.create({ ...acceptedJob(), videoModelId });

    await expect(recordFault(dependencies, input("Crash", lambdaCause("boom")))).rejects.toThrow(
      new TrackingFault("Crash: boom"),
    );

    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      status: "accepted",
      fault: { execution: EXECUTION, code: "Crash", reason: "boom" },
    });
  });

  it("leaves it to the sweeper to publish the end of a job", async () => {
    await dependencies.store.create({ ...jobWith("failed"), videoModelId });

    await expect(recordFault(dependencies, input("Bus", "down"))).rejects.toThrow(TrackingFault);

    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      status: "failed",
      fault: { code: "Bus" },
      sweepAt: expect.any(String),
    });
  });

  it("is cleared by a redrive of the same execution, which then goes on", async () => {
    await dependencies.store.create({ ...acceptedJob(), videoModelId });
    await recordFault(dependencies, input("Crash", "boom")).catch(() => {});

    await recordFault(dependencies, input("Crash", "boom"));

    expect(await dependencies.store.get(videoModelId)).not.toHaveProperty("fault");
  });

  it("is recorded anew when it comes back after a redrive", async () => {
    await dependencies.store.create({ ...acceptedJob(), videoModelId });
    await recordFault(dependencies, input("Crash", "boom")).catch(() => {});
    await recordFault(dependencies, input("Crash", "boom"));

    await expect(recordFault(dependencies, input("Crash", "again"))).rejects.toThrow(TrackingFault);
    expect((await dependencies.store.get(videoModelId))?.fault?.reason).toBe("again");
  });

  it("makes the record that not even the first check could make", async () => {
    await expect(recordFault(dependencies, input("Crash", "boom"))).rejects.toThrow(TrackingFault);

    expect(await dependencies.store.get(videoModelId)).toMatchObject({
      status: "accepted",
      execution: EXECUTION,
      deadlineAt: "2026-01-07T12:00:00.000Z",
      fault: { reason: "boom" },
    });
  });

  it("leaves a job alone that another execution follows, and fails all the same", async () => {
    await dependencies.store.create({ ...acceptedJob(), videoModelId, execution: "other" });

    await expect(recordFault(dependencies, input("Crash", "boom"))).rejects.toThrow(TrackingFault);

    expect(await dependencies.store.get(videoModelId)).not.toHaveProperty("fault");
  });
});
