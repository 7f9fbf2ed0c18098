import type { TrackingExecutions } from "#aws/executions.ts";
import type { ExecutionState } from "#domain/sweeping/sweep.ts";

export interface FakeExecutions extends TrackingExecutions {
  states: Map<string, ExecutionState>;
  /** Names in the order of their first start. */
  started: string[];
  stopped: string[];
  redriven: string[];
}

/** Step Functions' rules on names and states, without the work; its wire is tested elsewhere. */
export function fakeExecutions(): FakeExecutions {
  const states = new Map<string, ExecutionState>();
  const started: string[] = [];
  const stopped: string[] = [];
  const redriven: string[] = [];
  const stateOf = async (arn: string) => states.get(arn) ?? "unknown";
  const arnOf = (name: string) => `arn:aws:states:local:0:execution:tracking:${name}`;
  return {
    states,
    started,
    stopped,
    redriven,
    arnOf,
    stateOf,
    isRunning: async (arn) => (await stateOf(arn)) === "running",
    async start(name) {
      // At once: of two starts at the same time, one is the first.
      const state = states.get(arnOf(name)) ?? "unknown";
      if (state === "unknown") started.push(name);
      if (state !== "ended") states.set(arnOf(name), "running");
      return state !== "ended";
    },
    async stop(arn) {
      stopped.push(arn);
      if (states.has(arn)) states.set(arn, "ended");
    },
    async redrive(arn) {
      if (states.get(arn) !== "ended") return false;
      redriven.push(arn);
      states.set(arn, "running");
      return true;
    },
  };
}
