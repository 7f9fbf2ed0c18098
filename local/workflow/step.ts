import { ExecutionError, StateMachine } from "aws-local-stepfunctions";
import type { SupportedDefinition } from "./supported-definition.ts";
import { EXECUTION_CONTEXT_KEY } from "./supported-paths.ts";
import { MAX_TIMER_SECONDS, type SupportedState } from "./supported-states.ts";
import type { TaskHandler, TaskResources } from "./task.ts";

/** What `$$.Execution` holds. */
interface ExecutionFacts {
  Id: string;
  Name: string;
  Input: Json;
  /** ISO 8601. */
  StartTime: string;
}

type RunArguments = Parameters<StateMachine["run"]>;
export type Json = RunArguments[0];
/** What may happen between entering a state and leaving it, in the interpreter's words. */
export type StepEvent = "StateFailed" | "StateRetried" | "StateCaught";

/** How one state ended. */
export type StepOutcome =
  | { kind: "next"; state: string; output: Json }
  | { kind: "succeeded"; output: Json }
  | { kind: "failed"; error: string; cause: string };

interface StepInput {
  input: Json;
  execution: ExecutionFacts;
  stateMachineArn: string;
  /** Ends the step at once; a task that runs goes on unheard, as a Lambda function would. */
  signal: AbortSignal;
  onEvent: (event: StepEvent) => void;
}

/** Runs one state: its paths, its task, its retries and its catchers. */
export type Step = (input: StepInput) => Promise<StepOutcome>;

/** No state can have such a name: Step Functions allows no control characters in it. */
const ENTRY = "\u0000entry";
const GUARDED_WAIT = "\u0000wait";
const OVERLONG_WAIT = "\u0000overlong";

/**
 * A step for each state of the definition. Each is a machine of its own for the interpreter, in
 * which all other states are mere ends. That gives the engine a sure place between two states to
 * write its checkpoint: the interpreter itself runs into the next state without asking.
 */
export function createSteps(
  definition: SupportedDefinition,
  resources: TaskResources,
): ReadonlyMap<string, Step> {
  const ends = Object.fromEntries(
    Object.keys(definition.States).map((name) => [name, { Type: "Succeed" as const }]),
  );
  return new Map(
    Object.entries(definition.States).map(([name, state]) => {
      const machine = new StateMachine(
        { StartAt: ENTRY, States: { ...ends, ...entryStates(state) } },
        // The whole definition was validated; the parts would not pass (unreachable ends).
        { validationOptions: { noValidate: true } },
      );
      const handler = state.Type === "Task" ? resources.get(state.Resource) : undefined;
      return [name, (step: StepInput) => run(machine, handler, step)];
    }),
  );
}

type InterpreterStates = ConstructorParameters<typeof StateMachine>[0]["States"];

function entryStates(state: SupportedState): InterpreterStates {
  if (state.Type === "Choice" || state.Type === "Succeed" || state.Type === "Fail") {
    return { [ENTRY]: state };
  }
  const { Next, End: _end, ...rest } = state;
  const target = Next === undefined ? { End: true as const } : { Next };
  if (rest.Type !== "Wait" || rest.SecondsPath === undefined) {
    return { [ENTRY]: { ...rest, ...target } };
  }
  return {
    [ENTRY]: {
      Type: "Choice",
      Choices: [
        {
          Variable: rest.SecondsPath,
          NumericGreaterThan: MAX_TIMER_SECONDS,
          Next: OVERLONG_WAIT,
        },
      ],
      Default: GUARDED_WAIT,
    },
    [GUARDED_WAIT]: { ...rest, ...target },
    [OVERLONG_WAIT]: {
      Type: "Fail",
      Error: "States.Runtime",
      Cause: `The local runner cannot wait for longer than ${MAX_TIMER_SECONDS} s`,
    },
  };
}

async function run(
  machine: StateMachine,
  handler: TaskHandler | undefined,
  step: StepInput,
): Promise<StepOutcome> {
  const { signal } = step;
  const execution = machine.run(step.input, {
    overrides: {
      taskResourceLocalHandlers:
        handler === undefined
          ? {}
          : { [ENTRY]: (parameters) => runTask(handler, step, parameters) },
    },
    context: { [EXECUTION_CONTEXT_KEY]: step.execution },
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

/** The interpreter tries an aborted task again: nothing may come of that. */
async function runTask(handler: TaskHandler, step: StepInput, parameters: unknown): Promise<Json> {
  step.signal.throwIfAborted();
  const { execution, stateMachineArn } = step;
  const result = await handler(parameters, { executionArn: execution.Id, stateMachineArn });
  // Also what Step Functions does: a result is JSON, whatever the task made it of.
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

function isPartOfStep(stateName: string): boolean {
  return [ENTRY, GUARDED_WAIT, OVERLONG_WAIT].includes(stateName);
}

/** The interpreter wraps what a state failed with; its `cause` is that. */
function failureOf(error: unknown): StepOutcome {
  const inner = error instanceof ExecutionError ? error.cause : error;
  const { name, message } = inner instanceof Error ? inner : new Error(String(inner));
  return { kind: "failed", error: name, cause: message };
}
