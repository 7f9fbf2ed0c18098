import { createWorkflowEngine } from "@akool-archiver/local-aws/engine/engine.ts";
import {
  installVirtualClock,
  type VirtualClock,
} from "@akool-archiver/test-support/virtual-clock.ts";
import { synthesize } from "#local/stack/synthesize.ts";
import { archiverMachine } from "./archiver-machine.ts";
import type { FollowingMachine } from "./following-machine.ts";
import { type BenchJob, CREATED, delayAt } from "./job.ts";
import { jobPollerMachine } from "./job-poller.ts";
import type { Outcome } from "./simulate.ts";
import type { Strategy } from "./strategies.ts";

const MACHINE_ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:bench";

/**
 * Opens the interpreter of Amazon States Language on the virtual clock. What it gives follows one
 * job: polls and delay come from the polls that were made, transitions from the interpreter's log.
 * This workflow is run by its synthesized definition and its own code of CheckStatus.
 */
export async function openInterpreter() {
  const assembly = await synthesize();
  return async (strategy: Strategy, job: BenchJob): Promise<Outcome> => {
    const clock = installVirtualClock({ start: CREATED });
    try {
      const machine =
        strategy.kind === "job-poller"
          ? jobPollerMachine(strategy.waitBefore, job)
          : archiverMachine(assembly, strategy, job);
      return await run(machine, job, clock);
    } finally {
      clock.uninstall();
    }
  };
}

async function run(
  machine: FollowingMachine,
  job: BenchJob,
  clock: VirtualClock,
): Promise<Outcome> {
  let transitions = 0;
  const engine = createWorkflowEngine({
    stateMachineArn: MACHINE_ARN,
    definition: machine.definition,
    resources: machine.resources,
    store: { load: async () => [], save: async () => {} },
    onTransition: (_execution, _state, type) => {
      if (type === "StateEntered") transitions += 1;
    },
  });
  machine.onRunning?.((token) => engine.callbacks.succeed(token, "{}"));
  const input = JSON.stringify(machine.input);
  const { executionArn } = await engine.start({ stateMachineArn: MACHINE_ARN, name: "job", input });
  const ended = await clock.runUntil(engine.ended(executionArn));
  if (ended?.status !== "SUCCEEDED") throw new Error(`the execution ended ${ended?.status}`);
  const last = machine.polls.at(-1) ?? Number.NaN;
  return { polls: machine.polls.length, transitions, delaySeconds: delayAt(job, last) };
}
