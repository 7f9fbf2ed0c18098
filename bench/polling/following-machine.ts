import type { TaskResources } from "@akool-archiver/local-aws/engine/task.ts";

/** A machine that follows one job, and the polls that it takes. */
export interface FollowingMachine {
  definition: unknown;
  resources: TaskResources;
  input: unknown;
  /** Epoch milliseconds of every poll. */
  polls: readonly number[];
  /** Gets the function that sends a task token back, once the machine runs. */
  onRunning?: (sendBack: (token: string) => void) => void;
}
