import {
  type ExecutionDescription,
  executionArnOf,
  type WorkflowEngine,
} from "../step-functions/workflow-engine.ts";
import { StateMachineDoesNotExist } from "./engine-errors.ts";

/** Engines by the ARN of the machine that each one runs. */
export type Engines = ReadonlyMap<string, WorkflowEngine>;

/**
 * Several engines, one per machine, behind one interface. An ARN selects its machine's engine.
 *
 * @param main the engine whose tasks wait for callbacks
 * @param mapping the engine whose machine has Map states; absent where there is none
 */
export function engineGroup(
  engines: Engines,
  main: WorkflowEngine,
  mapping?: WorkflowEngine,
): WorkflowEngine {
  const engineOf = (executionArn: string) =>
    [...engines].find(([machine]) => executionArn.startsWith(executionArnOf(machine, "")))?.[1];
  return {
    callbacks: main.callbacks,
    mapRuns: mapping?.mapRuns,
    async start(input) {
      const engine = engines.get(input.stateMachineArn);
      if (engine === undefined) {
        throw new StateMachineDoesNotExist(
          `State Machine Does Not Exist: '${input.stateMachineArn}'`,
        );
      }
      return engine.start(input);
    },
    describe: async (arn) => engineOf(arn)?.describe(arn),
    stop: async (arn, error, cause) => engineOf(arn)?.stop(arn, error, cause),
    redrive: async (arn) => engineOf(arn)?.redrive(arn),
    async list(filter): Promise<ExecutionDescription[]> {
      const all = await Promise.all([...engines.values()].map((engine) => engine.list(filter)));
      return all.flat();
    },
  };
}
