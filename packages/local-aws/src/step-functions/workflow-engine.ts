import type { MapRuns } from "./map-runs.ts";
import type { TaskCallbacks } from "./task-callbacks.ts";

/** The states of an execution, as Step Functions names them. */
type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** What is known of one execution. `input` and `output` are JSON text, as in Step Functions. */
export interface ExecutionDescription {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: ExecutionStatus;
  startDate: Date;
  stopDate?: Date;
  input: string;
  output?: string;
  error?: string;
  cause?: string;
  /** How often it was redriven; absent means never. */
  redriveCount?: number;
  /** When it was redriven last. */
  redriveDate?: Date;
}

export interface StartInput {
  stateMachineArn: string;
  name: string;
  /** JSON text. */
  input: string;
}

export interface ExecutionFilter {
  statusFilter?: ExecutionStatus;
}

/** Runs the executions; the Step Functions emulator is its HTTP interface. */
export interface WorkflowEngine {
  start(input: StartInput): Promise<{ executionArn: string; startDate: Date }>;
  describe(executionArn: string): Promise<ExecutionDescription | undefined>;
  /** Returns when the execution stopped, or nothing when there is no such execution. */
  stop(executionArn: string, error?: string, cause?: string): Promise<Date | undefined>;
  /**
   * Continues an unsuccessful execution from the state at which it ended, under the same ARN.
   *
   * @returns when, or nothing when there is no such execution
   * @throws ExecutionNotRedrivable
   */
  redrive(executionArn: string): Promise<Date | undefined>;
  list(filter: ExecutionFilter): Promise<ExecutionDescription[]>;
  /** The tasks that wait for a callback; absent in an engine whose tasks never do. */
  readonly callbacks?: TaskCallbacks | undefined;
  /** The runs of distributed Map states; absent in an engine whose machine has none. */
  readonly mapRuns?: MapRuns | undefined;
}

/** The ARN of a Standard execution is made of its machine's ARN and its name, in AWS as here. */
export function executionArnOf(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}
