import type { FaultEffect } from "@akool-archiver/akool-simulator/job-script.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Datum, readEmf, valuesOf } from "#test/support/emf.ts";
import { crash, openWorkflow, type Workflow } from "./harness.ts";

const HOUR = 3_600_000;
const complete = { kind: "complete", file: { kind: "sample" } } as const;

const lines: string[] = [];
let workflow: Workflow;
beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  workflow = await openWorkflow({
    // Metrics go through the global console, where a test can read them.
    POWERTOOLS_DEV: "true",
    POWERTOOLS_METRICS_DISABLED: "false",
  });
});
afterAll(async () => {
  await workflow.close();
  vi.restoreAllMocks();
});
beforeEach(() => {
  workflow.sabotage.current = undefined;
  lines.length = 0;
});

type Script = Partial<Parameters<Workflow["akool"]["addJob"]>[0]>;

/** Follows one job to its end, and gives what was measured meanwhile. */
async function measured(script: Script, input: Record<string, unknown> = {}): Promise<Datum[]> {
  const id = workflow.akool.addJob({
    queueMs: 30_000,
    processMs: 80_000,
    end: complete,
    ...script,
  });
  await workflow.end(await workflow.start({ videoModelId: id, ...input }));
  return readEmf(lines);
}

/** When AKOOL was last asked about a job. */
const lastPoll = () =>
  workflow.akool.requests().findLast(({ url }) => url.includes("infobymodelid"))?.at ?? Number.NaN;

const once = (fault: FaultEffect): Script => ({ faults: [{ calls: [1, 1], fault }] });

describe("the bundled functions measure", () => {
  it("a job that goes well: its end, its times, its bytes, its price", async () => {
    const begin = workflow.clock.now();
    const data = await measured({});

    expect(valuesOf(data, "JobBegun")).toEqual([1]);
    expect(valuesOf(data, "JobArchived")).toEqual([1]);
    expect(valuesOf(data, "CompletionTime")).toEqual([110]);
    expect(valuesOf(data, "ArchivedBytes")).toEqual([362_076]);
    expect(valuesOf(data, "CreditsCharged")).toEqual([20]);
    expect(valuesOf(data, "ArchiveDelay")).toEqual([expect.any(Number)]);
    expect(valuesOf(data, "CopyTime")).toEqual([expect.any(Number)]);
    // Whoever looks in the very second of the completion notices it at once, and 0 is right then.
    const [delay = Number.NaN] = valuesOf(data, "NoticeDelay");
    expect(delay).toBe((lastPoll() - begin - 110_000) / 1000);
    expect(delay).toBeLessThan(110 / 6);
  });

  it("every one of them under the stack's name alone", async () => {
    const data = await measured({});

    for (const { namespace, dimensions } of data) {
      expect(namespace).toBe("AkoolVideoArchiver");
      expect(dimensions).toEqual({ service: "AkoolVideoArchiver" });
    }
  });

  it.each<[string, Script, Record<string, unknown>?]>([
    ["JobFailed", { end: { kind: "fail" } }],
    ["JobRejected", { faults: [{ calls: [1, 99], fault: { kind: "code", code: 1010 } }] }],
    ["JobTimedOut", { end: { kind: "never" } }, { deadlineHours: 0.1 }],
    ["JobArchiveFailed", { end: { kind: "complete", file: { kind: "html" } } }],
    ["ArchiveFailedAtSource", { end: { kind: "complete", file: { kind: "html" } } }],
    ["AkoolThrottled", once({ kind: "code", code: 1005 })],
    ["AkoolUnavailable", once({ kind: "code", code: 2001 })],
    ["AkoolAccountFault", once({ kind: "code", code: 1101 })],
    ["AkoolUndocumented", once({ kind: "code", code: 7777 })],
  ])("%s, once", async (name, script, input) => {
    const data = await measured(script, input);

    expect(valuesOf(data, name)).toEqual([1]);
    expect(valuesOf(data, "JobBegun")).toEqual([1]);
  });

  it("JobNotFound, for an id that AKOOL does not know", async () => {
    await workflow.end(await workflow.start({ videoModelId: "ffffffffffffffffffffffff" }));

    expect(valuesOf(readEmf(lines), "JobNotFound")).toEqual([1]);
  });

  it("VideoExpired, when AKOOL cannot be read until the video is gone", {
    tags: ["long"],
  }, async () => {
    const data = await measured(
      {
        createdAgoMs: 7 * 24 * HOUR - HOUR,
        end: { kind: "never" },
        queueMs: 30 * 24 * HOUR,
        faults: [{ calls: [2, 9_999], fault: { kind: "code", code: 2001 } }],
      },
      { deadlineHours: 0.01 },
    );

    expect(valuesOf(data, "VideoExpired")).toEqual([1]);
  });

  it("ArchiveFailedHere, once, when the function crashes at every try", async () => {
    workflow.sabotage.current = async ({ resource }, run) => {
      if (resource.includes("ArchiveVideo")) throw crash();
      return run();
    };

    const data = await measured({});

    expect(valuesOf(data, "ArchiveFailedHere")).toEqual([1]);
    expect(valuesOf(data, "JobArchiveFailed")).toEqual([1]);
    expect(valuesOf(data, "ArchiveFailedAtSource")).toEqual([]);
  });

  it("CopyFailed at every try of a source that fails", async () => {
    const file = { kind: "status", status: 500 } as const;

    const data = await measured({ end: { kind: "complete", file } });

    expect(valuesOf(data, "CopyFailed")).toEqual(Array(7).fill(1));
    expect(valuesOf(data, "ArchiveFailedAtSource")).toEqual([1]);
  });

  it("a thing once, although Lambda does every work twice", async () => {
    const crashed = new Set<string>();
    workflow.sabotage.current = async ({ parameters }, run) => {
      const result = await run();
      const invocation = JSON.stringify({ ...Object(parameters), retryCount: 0 });
      if (!crashed.has(invocation)) {
        crashed.add(invocation);
        throw crash();
      }
      return result;
    };

    const data = await measured({});

    for (const name of ["JobBegun", "JobArchived", "CreditsCharged", "CompletionTime"]) {
      expect(valuesOf(data, name), name).toHaveLength(1);
    }
    // Looks and copies are work that was done twice, and so is counted.
    expect(valuesOf(data, "AkoolLook").length).toBeGreaterThan(6);
  });

  it("JobFaulted, when a fault of ours outlasts all retries", async () => {
    let calls = 0;
    workflow.sabotage.current = async ({ resource }, run) => {
      if (resource.includes("CheckStatus") && calls++ > 2) throw crash();
      return run();
    };

    const data = await measured({});

    expect(valuesOf(data, "JobFaulted")).toEqual([1]);
  });
});
