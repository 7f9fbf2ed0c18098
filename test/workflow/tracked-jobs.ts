import { createHash } from "node:crypto";
import type { Fault, FaultEffect } from "@akool-archiver/akool-simulator/job-script.ts";
import { resultSha256 } from "@akool-archiver/akool-simulator/video-content.ts";
import { TaskFailure } from "@akool-archiver/local-aws/engine/task.ts";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { openWorkflow, type Workflow } from "./harness.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const complete = { kind: "complete", file: { kind: "sample" } } as const;

/** Opens a workflow for all tests of a file, and follows jobs with it. */
export function trackedJobs(
  definition?: Parameters<typeof openWorkflow>[1],
  environment?: Parameters<typeof openWorkflow>[0],
) {
  let workflow: Workflow;
  beforeAll(async () => {
    workflow = await openWorkflow(environment, definition);
  });
  afterAll(() => workflow.close());
  beforeEach(() => {
    workflow.sabotage.current = undefined;
  });
  return {
    get workflow() {
      return workflow;
    },
    addJob: (script: Partial<Parameters<Workflow["akool"]["addJob"]>[0]> = {}) =>
      workflow.akool.addJob({ queueMs: 30_000, processMs: 80_000, end: complete, ...script }),
    /** Follows one job until its execution has ended. */
    async track(id: string, input: Record<string, unknown> = {}) {
      const executionArn = await workflow.start({ videoModelId: id, ...input });
      const execution = await workflow.end(executionArn);
      return { executionArn, execution, job: await workflow.job(id) };
    },
    /** Every call of CheckStatus finds no free copy of the function this often before it finds one. */
    throttleChecks(times: number) {
      let left = times;
      workflow.sabotage.current = async ({ resource }, run) => {
        if (!resource.includes("CheckStatus")) return run();
        if (left-- > 0) throw new TaskFailure("Lambda.TooManyRequestsException", "Rate Exceeded.");
        left = times;
        return run();
      };
    },
    /** As Step Functions counts them: entering and leaving a state one each, a try of a task three. */
    historyEvents(executionArn: string): number {
      const types = workflow.steps
        .filter((step) => step.executionArn === executionArn)
        .map(({ state, type }) => `${isTask(state) ? "Task" : ""}${type}`);
      const count = (pattern: RegExp) => types.filter((type) => pattern.test(type)).length;
      return count(/State(Entered|Exited)$/) + 3 * count(/^TaskState(Entered|Retried)$/);
    },
    async expectArchived(id: string) {
      const job = await workflow.job(id);
      expect(job).toMatchObject({ status: "archived", archive: { bytes: 362_076 } });
      const sha256 = createHash("sha256")
        .update(await workflow.video(id))
        .digest("hex");
      expect(sha256).toBe(await resultSha256({ kind: "sample" }));
    },
    /** Sweeps again and again for this much virtual time, and lets what it starts come to its end. */
    async sweepFor(id: string, ms: number, every = 5 * MINUTE) {
      for (let passed = 0; passed < ms; passed += every) {
        await workflow.pass(every);
        await workflow.sweep();
        const job = await workflow.job(id);
        const execution = job && (await workflow.engine.describe(job.execution));
        if (execution?.status === "RUNNING") await workflow.end(execution.executionArn);
      }
      return workflow.job(id);
    },
  };
}

const isTask = (state: string) => state === "CheckStatus" || state === "ArchiveVideo";

/** A fault of AKOOL's from one time of a job to another, milliseconds from its creation. */
export const during = (from: number, until: number, fault: FaultEffect): Fault => ({
  ms: [from, until],
  fault,
});
