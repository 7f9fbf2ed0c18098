import {
  InvalidToken,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";

/** Resumes executions that wait for a callback. */
export interface Callbacks {
  /** @returns false for a task token that no execution waits with any more */
  succeed(taskToken: string): Promise<boolean>;
}

/** Callbacks through Step Functions. */
export function createCallbacks(sfn: SFNClient): Callbacks {
  return {
    async succeed(taskToken) {
      try {
        await sfn.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
        return true;
      } catch (error) {
        if (isStale(error)) return false;
        throw error;
      }
    },
  };
}

function isStale(error: unknown): boolean {
  return (
    error instanceof TaskTimedOut ||
    error instanceof TaskDoesNotExist ||
    error instanceof InvalidToken
  );
}
