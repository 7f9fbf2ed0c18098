import * as z from "zod/mini";
import {
  common,
  flow,
  inputAndOutput,
  MAX_TIMER_SECONDS,
  timerSeconds,
} from "./supported-fields.ts";
import {
  inputPath,
  payloadTemplate,
  readsTaskToken,
  resultPath,
  taskParameters,
} from "./supported-paths.ts";

/** The suffix of a Resource whose task waits until its token is sent back. */
const CALLBACK = ".waitForTaskToken";

/** Whether a Task state waits for a callback after its Resource has done its work. */
export function waitsForCallback({ Resource }: { Resource: string }): boolean {
  return Resource.endsWith(CALLBACK);
}

const retrier = z
  .strictObject({
    Comment: z.exactOptional(z.string()),
    ErrorEquals: z.array(z.string()),
    IntervalSeconds: z.exactOptional(timerSeconds),
    MaxAttempts: z.exactOptional(z.int()),
    BackoffRate: z.exactOptional(z.number()),
    MaxDelaySeconds: z.exactOptional(timerSeconds),
    JitterStrategy: z.exactOptional(z.enum(["NONE", "FULL"])),
  })
  .check(
    z.refine((value) => longestDelay(value) <= MAX_TIMER_SECONDS, {
      error: `waits for longer than ${MAX_TIMER_SECONDS} s between two attempts`,
    }),
  );

interface RetryTimes {
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
}

/** With the defaults of the States Language. */
function longestDelay(retry: RetryTimes): number {
  const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds } = retry;
  const last = IntervalSeconds * BackoffRate ** Math.max(0, MaxAttempts - 1);
  return Math.min(last, MaxDelaySeconds ?? last);
}

const catcher = z.strictObject({
  Comment: z.exactOptional(z.string()),
  ErrorEquals: z.array(z.string()),
  Next: z.string(),
  ResultPath: z.exactOptional(resultPath),
});

interface TaskFields {
  Resource: string;
  InputPath?: string | null;
  Parameters?: unknown;
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  Retry?: unknown;
}

interface TaskRule {
  field: keyof TaskFields;
  message: string;
  isBroken: (task: TaskFields) => boolean;
}

const TASK_RULES: readonly TaskRule[] = [
  {
    field: "TimeoutSeconds",
    // Without one, the interpreter waits for 60 s where Step Functions waits for years.
    message: "must be there, or else TimeoutSecondsPath",
    isBroken: (it) => (it.TimeoutSeconds === undefined) === (it.TimeoutSecondsPath === undefined),
  },
  {
    field: "TimeoutSecondsPath",
    message: `is supported with a ${CALLBACK} resource alone`,
    isBroken: (it) => it.TimeoutSecondsPath !== undefined && !waitsForCallback(it),
  },
  {
    field: "Parameters",
    message: `must hold $$.Task.Token with a ${CALLBACK} resource, and with no other`,
    isBroken: (it) => readsTaskToken(it.Parameters) !== waitsForCallback(it),
  },
  {
    field: "Retry",
    // Step Functions makes a token for every attempt; here there is one each time the state is
    // entered.
    message: `is not supported with a ${CALLBACK} resource`,
    isBroken: (it) => it.Retry !== undefined && waitsForCallback(it),
  },
  {
    field: "InputPath",
    // TimeoutSecondsPath is read on the raw input.
    message: `is not supported with a ${CALLBACK} resource`,
    isBroken: (it) => it.InputPath !== undefined && waitsForCallback(it),
  },
];

/** A Task state with the fields that are honoured here. */
export const task = z
  .strictObject({
    Type: z.literal("Task"),
    ...common,
    ...inputAndOutput,
    ...flow,
    Resource: z.string(),
    Parameters: z.exactOptional(taskParameters),
    ResultSelector: z.exactOptional(payloadTemplate),
    ResultPath: z.exactOptional(z.nullable(resultPath)),
    TimeoutSeconds: z.exactOptional(timerSeconds.check(z.positive())),
    TimeoutSecondsPath: z.exactOptional(inputPath),
    Retry: z.exactOptional(z.array(retrier)),
    Catch: z.exactOptional(z.array(catcher)),
  })
  .check(
    z.superRefine((state, context) => {
      for (const { field, message } of TASK_RULES.filter(({ isBroken }) => isBroken(state))) {
        context.addIssue({ code: "custom", path: [field], message, input: state });
      }
    }),
  );

export type TaskState = z.infer<typeof task>;
