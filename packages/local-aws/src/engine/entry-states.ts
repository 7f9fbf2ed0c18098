import type { StateMachine } from "aws-local-stepfunctions";
import { MAX_TIMER_SECONDS } from "./supported-fields.ts";
import type { SupportedState } from "./supported-states.ts";

/** No state can have such a name: Step Functions allows no control characters in it. */
export const ENTRY = "\u0000entry";
const GUARDED_WAIT = "\u0000wait";
const OVERLONG_WAIT = "\u0000overlong";

type InterpreterStates = ConstructorParameters<typeof StateMachine>[0]["States"];

/**
 * What the interpreter runs for a state: its entry, and a guard before a wait that is too long for
 * it.
 */
export function entryStates(state: SupportedState): InterpreterStates {
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

/** Whether the interpreter is still inside the state itself. */
export function isPartOfStep(stateName: string): boolean {
  return [ENTRY, GUARDED_WAIT, OVERLONG_WAIT].includes(stateName);
}
