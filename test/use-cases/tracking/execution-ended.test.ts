import { dynamoDbTest as it } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { describe, expect, vi } from "vitest";
import { toIso } from "#domain/job/job.ts";
import { conclude } from "#domain/job/transition.ts";
import { acceptedJob, EXECUTION, HOUR, jobWith, START } from "#test/support/jobs.ts";
import { type TestDependencies, testDependencies } from "#test/support/tracking.ts";
import type { AcceptDependencies } from "#use-cases/tracking/dependencies.ts";
import { type ExecutionEnd, onExecutionEnded } from "#use-cases/tracking/execution-ended.ts";

let dependencies: TestDependencies & AcceptDependencies;
let id: string;
let counter = 0;

it.beforeEach(({ table }) => {
  dependencies = { ...testDependencies(table), defaultDeadlineHours: 24 };
  id = `execution-ended-${counter++}`;
});

function ended(change: Partial<ExecutionEnd> = {}) {
  return onExecutionEnded(dependencies, {
    request: { videoModelId: id },
    executionArn: EXECUTION,
    status: "ABORTED",
    error: undefined,
    cause: undefined,
    ...change,
  });
}

describe("after an execution that did not come to its own end", () => {
  it.each([
    [{ status: "TIMED_OUT" }, "TIMED_OUT", "the execution ended TIMED_OUT"],
    [
      { status: "FAILED", error: "States.Runtime", cause: "no such path" },
      "States.Runtime",
      "no such path",
    ],
  ] as const)("%j the reason is on the record", async (end, code, reason) => {
    await dependencies.store.create({ ...acceptedJob(), videoModelId: id });

    await ended(end);

    expect(await dependencies.store.get(id)).toMatchObject({
      status: "accepted",
      fault: { execution: EXECUTION, code, reason },
    });
  });

  it("a cancelled job needs no reason, and its event is published", async () => {
    const job = conclude({ ...jobWith("processing"), videoModelId: id }, "cancelled", START);
    await dependencies.store.create({ ...job, publishedSeq: 2 });

    await ended({ error: "JobCancelled" });

    const after = await dependencies.store.get(id);
    expect(after).not.toHaveProperty("fault");
    expect(after?.publishedSeq).toBe(3);
    expect(dependencies.published.map(({ Detail }) => Detail.status)).toEqual(["cancelled"]);
  });

  it.each([
    ["that was cancelled", jobWith("cancelled"), 0],
    ["that is under way", acceptedJob(), 1],
  ])("the log warns only of what was put on the record: a job %s", async (_, job, warnings) => {
    const warn = vi.spyOn(dependencies.log, "warn");
    await dependencies.store.create({ ...job, videoModelId: id });

    await ended({ error: "JobCancelled" });
    await ended({ error: "JobCancelled" });

    expect(warn).toHaveBeenCalledTimes(warnings);
  });

  it("a repetition of the news publishes nothing more", async () => {
    await dependencies.store.create({ ...jobWith("cancelled"), videoModelId: id });

    await ended();
    const once = dependencies.published.length;
    await ended();

    expect(once).toBe(2);
    expect(dependencies.published).toHaveLength(once);
  });

  it("everything that is due is published, in order", async () => {
    let job = { ...acceptedJob(), videoModelId: id };
    for (let i = 0; i < 14; i++) job = conclude(job, "accepted", START + i);
    await dependencies.store.create(job);

    await ended();

    expect(dependencies.published.map(({ Detail }) => Detail.eventId)).toEqual(
      Array.from({ length: 15 }, (_, i) => `${id}/${i + 1}`),
    );
  });

  it("the fault that RecordFault has recorded stands", async () => {
    const fault = {
      execution: EXECUTION,
      code: "X",
      reason: "exact",
      at: acceptedJob().acceptedAt,
    };
    await dependencies.store.create({ ...acceptedJob(), videoModelId: id, fault });

    await ended({ status: "FAILED", error: "TrackingFault", cause: "vague" });

    expect((await dependencies.store.get(id))?.fault?.reason).toBe("exact");
  });

  it("a request of which not even a record was made is put on record, to be begun again", async () => {
    const request = { videoModelId: id, tags: { team: "film" }, deadlineHours: 2 };

    await ended({ request, status: "FAILED", error: "TrackingFault", cause: "all was down" });

    expect(await dependencies.store.get(id)).toMatchObject({
      status: "accepted",
      execution: EXECUTION,
      tags: { team: "film" },
      deadlineAt: toIso(START + 2 * HOUR),
      fault: { reason: "all was down" },
      sweepAt: toIso(START + HOUR / 4),
    });
    expect(dependencies.published.map(({ Detail }) => Detail.status)).toEqual(["accepted"]);
  });

  it("a job that another execution follows is left alone", async () => {
    await dependencies.store.create({ ...acceptedJob(), videoModelId: id, execution: "other" });

    await ended();

    expect(dependencies.published).toEqual([]);
    expect(await dependencies.store.get(id)).toMatchObject({ version: 1 });
  });

  it("a bus that does not take the events leaves them due", async () => {
    await dependencies.store.create({ ...jobWith("cancelled"), videoModelId: id });
    dependencies.publish = () => Promise.reject(new Error("not taken"));

    await ended();

    const after = await dependencies.store.get(id);
    expect(after?.publishedSeq).toBe(0);
    expect(after?.sweepAt).toBe(toIso(START));
  });
});
