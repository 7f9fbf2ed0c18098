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

/** A proxy for what the functions send over https. */
export interface FunctionProxy {
  /** `HTTPS_PROXY` and `NO_PROXY`. */
  variables: Readonly<Record<string, string>>;
  /** The registered symbol of the global object under which a function finds them. */
  symbol: string;
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
