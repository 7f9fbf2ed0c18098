import type { MapRuns } from "../step-functions/map-runs.ts";
import { type MapSupport, mapParameters, runDistributedMap } from "./distributed-map.ts";
import type { Json, Step, StepInput } from "./step-contract.ts";
import { MAX_TIMER_SECONDS } from "./supported-fields.ts";
import { type DistributedMap, READER_RESOURCE } from "./supported-map.ts";
import type { TaskState } from "./supported-task.ts";
import { TaskFailure, type TaskHandler } from "./task.ts";

/** What a Map state is run with. */
export interface MapStepParts {
  support: MapSupport;
  runs: MapRuns;
  /** The steps of the item processor. */
  children: ReadonlyMap<string, Step>;
  /** Has the interpreter run a Task state that calls the handler. */
  runTask: (state: TaskState, step: StepInput, handler: TaskHandler) => ReturnType<Step>;
}

/**
 * Runs a distributed Map as if it were a Task: the interpreter handles its paths, and this code
 * does the work, since the interpreter knows only inline Maps.
 */
export function mapStep(state: DistributedMap, parts: MapStepParts): Step {
  const { ResultPath, Next } = state;
  const task: TaskState = {
    Type: "Task",
    Resource: READER_RESOURCE,
    TimeoutSeconds: MAX_TIMER_SECONDS,
    Parameters: mapParameters(state),
    ...(ResultPath === undefined ? {} : { ResultPath }),
    ...(Next === undefined ? { End: true } : { Next }),
  };
  return (step) =>
    parts.runTask(task, step, (parameters, { executionArn, stateMachineArn }) =>
      runDistributedMap(state, parts.support, parts.runs, {
        parameters,
        executionArn,
        stateMachineArn,
        signal: step.signal,
        runChild: (name, input) => runChild(state, parts, step, { name, input }),
      }),
    );
}

/**
 * A child is an execution of its own and ends with this process; the next process starts it again.
 */
async function runChild(
  { Label, ItemProcessor }: DistributedMap,
  { children }: MapStepParts,
  { signal, stateMachineArn }: StepInput,
  { name, input }: { name: string; input: unknown },
): Promise<unknown> {
  const machine = stateMachineArn.replace(":stateMachine:", ":execution:");
  const json: Json = JSON.parse(JSON.stringify(input));
  const execution = {
    Id: `${machine}/${Label}:${name}`,
    Name: name,
    Input: json,
    StartTime: new Date().toISOString(),
  };
  let [state, value] = [ItemProcessor.StartAt, json];
  for (;;) {
    signal.throwIfAborted();
    const step = children.get(state);
    if (step === undefined) throw new TaskFailure("States.Runtime", `There is no state ${state}`);
    const outcome = await step({
      input: value,
      execution,
      stateMachineArn,
      resumed: false,
      signal,
      onEvent: () => {},
    });
    if (outcome.kind === "failed") throw new TaskFailure(outcome.error, outcome.cause);
    if (outcome.kind === "succeeded") return outcome.output;
    [state, value] = [outcome.state, outcome.output];
  }
}
