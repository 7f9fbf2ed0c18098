import { ExecutionError, StateMachine } from "aws-local-stepfunctions";
import { ENTRY, entryStates, isPartOfStep } from "./entry-states.ts";
import { type MapStepParts, mapStep } from "./map-step.ts";
import type { Json, Step, StepEvent, StepInput, StepOutcome } from "./step-contract.ts";
import type { SupportedDefinition } from "./supported-definition.ts";
import type { DistributedMap } from "./supported-map.ts";
import { EXECUTION_CONTEXT_KEY } from "./supported-paths.ts";
import type { SupportedState } from "./supported-states.ts";
import { type TaskState, waitsForCallback } from "./supported-task.ts";
import { TaskFailure, type TaskHandler, type TaskResources } from "./task.ts";
import { withTimeout } from "./task-timeout.ts";
import type { TaskTokens, WaitingTask } from "./task-tokens.ts";

/** Where Map states keep their files, and the register of their runs. */
export type MapParts = Pick<MapStepParts, "support" | "runs">;

/**
 * A step for each state of the definition. Each is a separate machine for the interpreter, in which
 * all other states are ends, so that the engine can write its checkpoint between two states. The
 * interpreter alone would run straight into the next state.
 */
export function createSteps(
  { States }: Pick<SupportedDefinition, "States">,
  resources: TaskResources,
  tokens: TaskTokens,
  maps?: MapParts,
): ReadonlyMap<string, Step> {
  const ends = Object.fromEntries(
    Object.keys(States).map((name) => [name, { Type: "Succeed" as const }]),
  );
  const machineOf = (state: SupportedState) =>
    new StateMachine(
      { StartAt: ENTRY, States: { ...ends, ...entryStates(state) } },
      // The definition was validated as a whole; its parts would fail (unreachable ends).
      { validationOptions: { noValidate: true } },
    );
  const runTask = (state: TaskState, step: StepInput, handler: TaskHandler) =>
    run(machineOf(state), step, { handler });
  const stepOfAny = (state: SupportedState | DistributedMap) => {
    if (state.Type !== "Map") return stepOf(state, machineOf, resources, tokens);
    if (maps === undefined) throw new TypeError("a Map state needs to be told where its files are");
    const children = createSteps(state.ItemProcessor, resources, tokens);
    return mapStep(state, { ...maps, children, runTask });
  };
  return new Map(Object.entries(States).map(([name, state]) => [name, stepOfAny(state)]));
}

function stepOf(
  state: SupportedState,
  machineOf: (state: SupportedState) => StateMachine,
  resources: TaskResources,
  tokens: TaskTokens,
): Step {
  const handler = state.Type === "Task" ? resources.get(state.Resource) : undefined;
  if (state.Type !== "Task" || !waitsForCallback(state)) {
    const machine = machineOf(state);
    return (step) => run(machine, step, { handler });
  }
  return async (step) => {
    const waiting = tokens.issue();
    const work = step.resumed && catchesTimeout(state) ? interruptedWait : handler;
    try {
      const machine = machineOf(withTimeout(state, step.input));
      return await run(machine, step, { handler: work, waiting });
    } catch (error) {
      return failureOf(error);
    } finally {
      waiting.close();
    }
  };
}

function catchesTimeout({ Catch = [] }: TaskState): boolean {
  return Catch.some(({ ErrorEquals }) => ErrorEquals.includes("States.Timeout"));
}

/** The callback may have come while no process was running. */
async function interruptedWait(): Promise<never> {
  throw new TaskFailure("States.Timeout", "The wait for a callback was interrupted");
}

interface TaskWork {
  /** Given for a Task state. */
  handler: TaskHandler | undefined;
  /** Present when the task waits for a callback. */
  waiting?: WaitingTask;
}

async function run(
  machine: StateMachine,
  step: StepInput,
  { handler, waiting }: TaskWork,
): Promise<StepOutcome> {
  const { signal } = step;
  let attempts = 0;
  const execution = machine.run(step.input, {
    overrides: {
      taskResourceLocalHandlers:
        handler === undefined
          ? {}
          : {
              [ENTRY]: (parameters) => {
                attempts += 1;
                return runTask(handler, waiting, step, parameters);
              },
            },
    },
    context: {
      [EXECUTION_CONTEXT_KEY]: step.execution,
      // The interpreter processes a task's Parameters anew before each attempt.
      State: {
        get RetryCount() {
          return attempts;
        },
      },
      ...(waiting && { Task: { Token: waiting.token } }),
    },
  });
  const abort = () => execution.abort();
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    const [output, next] = await Promise.all([
      execution.result,
      followEvents(execution.eventLogs, step.onEvent),
    ]);
    if (next === undefined) return { kind: "succeeded", output };
    return { kind: "next", state: next, output };
  } catch (error) {
    return failureOf(error);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** The interpreter retries an aborted task; the retry must have no effect. */
async function runTask(
  handler: TaskHandler,
  waiting: WaitingTask | undefined,
  step: StepInput,
  parameters: unknown,
): Promise<Json> {
  step.signal.throwIfAborted();
  const { execution, stateMachineArn } = step;
  const work = handler(parameters, { executionArn: execution.Id, stateMachineArn });
  // The token may be used before the service has answered.
  const result = await (waiting === undefined
    ? work
    : Promise.race([waiting.outcome, work.then(() => waiting.outcome)]));
  // As in Step Functions, a result is JSON, whatever the task returned.
  return JSON.parse(JSON.stringify(result ?? null));
}

/** Answers the name of the state that the step led to, if any. */
async function followEvents(
  events: ReturnType<StateMachine["run"]>["eventLogs"],
  onEvent: (event: StepEvent) => void,
): Promise<string | undefined> {
  let next: string | undefined;
  for await (const event of events) {
    const { type } = event;
    if (type === "StateFailed" || type === "StateRetried" || type === "StateCaught") onEvent(type);
    if (type === "StateEntered" && !isPartOfStep(event.state.name)) next = event.state.name;
  }
  return next;
}

/** The interpreter wraps a state's error and keeps it as `cause`. */
function failureOf(error: unknown): StepOutcome {
  const inner = error instanceof ExecutionError ? error.cause : error;
  const { name, message } = inner instanceof Error ? inner : new Error(String(inner));
  return { kind: "failed", error: name, cause: message };
}
