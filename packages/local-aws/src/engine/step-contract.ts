import type { StateMachine } from "aws-local-stepfunctions";

/** What `$$.Execution` holds. */
interface ExecutionFacts {
  Id: string;
  Name: string;
  Input: Json;
  /** ISO 8601. */
  StartTime: string;
}

/** What the interpreter takes and gives. */
export type Json = Parameters<StateMachine["run"]>[0];

/** What may happen between entering a state and leaving it, in the interpreter's words. */
export type StepEvent = "StateFailed" | "StateRetried" | "StateCaught";

/** How one state ended. */
export type StepOutcome =
  | { kind: "next"; state: string; output: Json }
  | { kind: "succeeded"; output: Json }
  | { kind: "failed"; error: string; cause: string };

export interface StepInput {
  input: Json;
  execution: ExecutionFacts;
  stateMachineArn: string;
  /** The state was entered by an earlier process, which has ended. */
  resumed: boolean;
  /** Ends the step at once; a running task continues and its result is ignored, as with Lambda. */
  signal: AbortSignal;
  onEvent: (event: StepEvent) => void;
}

/** Runs one state: its paths, its task, its retries and its catchers. */
export type Step = (input: StepInput) => Promise<StepOutcome>;
