import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type SFNClient,
} from "@aws-sdk/client-sfn";

/** What the tracker asks of Step Functions. */
export interface Executions {
  /** Whether the execution still lives; one that is not known (any more) does not. */
  isRunning(executionArn: string): Promise<boolean>;
}

/** Executions of the tracking machine, as Step Functions knows them. */
export function createExecutions(sfn: SFNClient): Executions {
  return {
    async isRunning(executionArn) {
      try {
        const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return status === "RUNNING";
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return false;
        throw error;
      }
    },
  };
}
