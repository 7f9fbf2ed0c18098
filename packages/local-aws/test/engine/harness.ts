import { createWorkflowEngine, type LocalWorkflowEngine } from "../../src/engine/engine.ts";
import { type ExecutionRecord, parseRecord } from "../../src/engine/execution-record.ts";
import type { ExecutionStore } from "../../src/engine/execution-store.ts";
import type { TaskHandler } from "../../src/engine/task.ts";

export const MACHINE_ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:Track";

/** The ARN of an execution of {@link MACHINE_ARN}. */
export function arnOf(name: string): string {
  return `arn:aws:states:us-east-1:000000000000:execution:Track:${name}`;
}

/** The ARN under which a test's task is known. */
export function lambdaArn(name: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
}

export interface MemoryStore extends ExecutionStore {
  /** What a new process would find, by execution name. */
  texts: Map<string, string>;
}

/** Keeps records as the text that a file would hold. */
export function memoryStore(texts: Map<string, string> = new Map()): MemoryStore {
  return {
    texts,
    async load() {
      return [...texts.values()].map(parseRecord);
    },
    async save(record: ExecutionRecord) {
      texts.set(record.name, JSON.stringify(record));
    },
  };
}

export type EngineSettings = Partial<Parameters<typeof createWorkflowEngine>[0]>;

/** An engine whose tasks are these functions, by the name in {@link lambdaArn}. */
export function engineOf(
  definition: unknown,
  tasks: Record<string, TaskHandler> = {},
  settings: EngineSettings = {},
): LocalWorkflowEngine {
  const resources = Object.entries(tasks).map(([name, task]): [string, TaskHandler] => [
    lambdaArn(name),
    task,
  ]);
  return createWorkflowEngine({
    stateMachineArn: MACHINE_ARN,
    definition,
    resources: new Map(resources),
    store: memoryStore(),
    ...settings,
  });
}

/** A Task state that calls the test's task of that name. */
export function task(name: string, fields: Record<string, unknown>): Record<string, unknown> {
  return { Type: "Task", Resource: lambdaArn(name), TimeoutSeconds: 60, ...fields };
}

/** A machine of one Task state. */
export function oneTask(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { StartAt: "Work", States: { Work: task("work", { End: true, ...fields }) } };
}

/** Polls until the task says that it is done: the loop of the tracking machine. */
export const POLLING_MACHINE = {
  StartAt: "Begin",
  TimeoutSeconds: 8 * 24 * 3600,
  States: {
    Begin: {
      Type: "Pass",
      Parameters: { "request.$": "$", "execution.$": "$$.Execution.Id", check: { polls: 0 } },
      Next: "Check",
    },
    Check: task("check", {
      Parameters: { "request.$": "$.request", "polls.$": "$.check.polls" },
      ResultPath: "$.check",
      Next: "Judge",
    }),
    Judge: {
      Type: "Choice",
      Choices: [{ Variable: "$.check.done", BooleanEquals: true, Next: "Done" }],
      Default: "Wait",
    },
    Wait: { Type: "Wait", SecondsPath: "$.check.waitSeconds", Next: "Check" },
    Done: { Type: "Succeed" },
  },
};
