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

/** What the tracker asks of Step Functions. */
export interface Executions {
  /** Whether the execution still lives; one that is not known (any more) does not. */
  isRunning(executionArn: string): Promise<boolean>;
}

/** What the entryPoints do with executions of the tracking machine. */
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
  /** Ends an execution; one that has ended, or is not known, is left as it is. */
  stop(executionArn: string, error: string, cause: string): Promise<void>;
  /** Lets a failed execution go on where it stopped; false when that is not possible any more. */
  redrive(executionArn: string): Promise<boolean>;
}

/** Executions of the tracking machine, as Step Functions knows them. */
export function createExecutions(sfn: SFNClient): Executions {
  return { isRunning: async (arn) => (await stateOf(sfn, arn)) === "running" };
}

/** The same, with what the entryPoints need beyond looking. */
export function createTrackingExecutions(
  sfn: SFNClient,
  stateMachineArn: string,
): TrackingExecutions {
  const executionPrefix = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:`;
  /** An execution of a machine that was replaced is dead, and may not even be asked about. */
  const isOurs = (executionArn: string) => executionArn.startsWith(executionPrefix);
  const stateOfOurs = async (arn: string) => (isOurs(arn) ? stateOf(sfn, arn) : "ended");
  return {
    arnOf: (name) => `${executionPrefix}${name}`,
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
    // An execution that waits for its redrive is as alive as a running one.
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
