import type { ErrorAnswer } from "./function-error.ts";

/** The part of Lambda's context object that is plain data. */
interface ContextData {
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
}

/** What a worker is told to do. */
export interface Invocation {
  /** JSON text. */
  event: string;
  /** Epoch milliseconds at which the call will be ended. */
  deadlineMs: number;
  context: ContextData;
}

/** What a worker answers. */
export type WorkerAnswer = { kind: "result"; json: string } | { kind: "error"; error: ErrorAnswer };
