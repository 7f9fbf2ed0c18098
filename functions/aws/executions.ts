import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { ExecutionState } from "#domain/sweeping/sweep.ts";
import { executionOf, stateMachineOf } from "./arns.ts";

/** What the tracking workflow asks Step Functions. */
export interface Executions {
  /** Whether the execution is still running; false for one that Step Functions does not know. */
  isRunning(executionArn: string): Promise<boolean>;
}

/** What entry points do with executions of the tracking machine. */
export interface TrackingExecutions extends Executions {
  /** The ARN that an execution of this name has, or will have. */
  arnOf(name: string): string;
  stateOf(executionArn: string): Promise<ExecutionState>;
  /**
   * Starts an execution that follows a job. Starting the same name again changes nothing.
   *
   * @returns false when an execution of this name has already ended
   */
  start(name: string, videoModelId: string): Promise<boolean>;
  /** Stops an execution; does nothing if it has ended, or is not known. */
  stop(executionArn: string, error: string, cause: string): Promise<void>;
  /** Redrives a failed execution; false when that is not possible any more. */
  redrive(executionArn: string): Promise<boolean>;
}

/** Executions of the tracking machine, as Step Functions knows them. */
export function createExecutions(sfn: SFNClient): Executions {
  return { isRunning: async (arn) => (await stateOf(sfn, arn)) === "running" };
}

/** The same, with what entry points need beyond that. */
export function createTrackingExecutions(
  sfn: SFNClient,
  stateMachineArn: string,
): TrackingExecutions {
  /** An execution of a machine that was replaced is dead, and the role may not even describe it. */
  const isOurs = (executionArn: string) => stateMachineOf(executionArn) === stateMachineArn;
  const stateOfOurs = async (arn: string) => (isOurs(arn) ? stateOf(sfn, arn) : "ended");
  return {
    arnOf: (name) => executionOf(stateMachineArn, name),
    stateOf: stateOfOurs,
    isRunning: async (arn) => (await stateOfOurs(arn)) === "running",
    async start(name, videoModelId) {
      const input = JSON.stringify({ videoModelId });
      const start = new StartExecutionCommand({ stateMachineArn, name, input });
      return succeeds(sfn.send(start), ExecutionAlreadyExists);
    },
    async stop(executionArn, error, cause) {
      if (!isOurs(executionArn)) return;
      const stop = new StopExecutionCommand({ executionArn, error, cause });
      await succeeds(sfn.send(stop), ExecutionDoesNotExist);
    },
    async redrive(executionArn) {
      if (!isOurs(executionArn)) return false;
      const redrive = new RedriveExecutionCommand({ executionArn });
      return succeeds(sfn.send(redrive), ExecutionNotRedrivable);
    },
  };
}

async function stateOf(sfn: SFNClient, executionArn: string): Promise<ExecutionState> {
  try {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    // An execution that waits for its redrive counts as running.
    return status === "RUNNING" || status === "PENDING_REDRIVE" ? "running" : "ended";
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return "unknown";
    throw error;
  }
}

type Constructor = abstract new (...args: never[]) => Error;

async function succeeds(call: Promise<unknown>, refusal: Constructor): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof refusal) return false;
    throw error;
  }
}
