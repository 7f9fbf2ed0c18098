import * as z from "zod/mini";
import { choiceRule } from "./supported-choice.ts";
import { path, payloadTemplate, resultPath } from "./supported-paths.ts";

/** setTimeout cannot count further (2^31 - 1 ms, some 24 days): it would fire at once. */
export const MAX_TIMER_SECONDS = 2_147_483;

const timerSeconds = z.int().check(z.nonnegative(), z.maximum(MAX_TIMER_SECONDS));

const common = {
  Comment: z.exactOptional(z.string()),
  QueryLanguage: z.exactOptional(z.literal("JSONPath")),
};

const inputAndOutput = {
  InputPath: z.exactOptional(z.nullable(path)),
  OutputPath: z.exactOptional(z.nullable(path)),
};

/** `Next` or `End`; asl-validator makes sure that it is one of the two. */
const flow = { Next: z.exactOptional(z.string()), End: z.exactOptional(z.literal(true)) };

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

const pass = z.strictObject({
  Type: z.literal("Pass"),
  ...common,
  ...inputAndOutput,
  ...flow,
  Parameters: z.exactOptional(payloadTemplate),
  Result: z.exactOptional(z.json().check(z.refine(Boolean, "is ignored by the interpreter"))),
  ResultPath: z.exactOptional(z.nullable(resultPath)),
});

const task = z.strictObject({
  Type: z.literal("Task"),
  ...common,
  ...inputAndOutput,
  ...flow,
  Resource: z.string(),
  Parameters: z.exactOptional(payloadTemplate),
  ResultSelector: z.exactOptional(payloadTemplate),
  ResultPath: z.exactOptional(z.nullable(resultPath)),
  // Without one, the interpreter waits for 60 s where Step Functions waits for years.
  TimeoutSeconds: timerSeconds.check(z.positive()),
  Retry: z.exactOptional(z.array(retrier)),
  Catch: z.exactOptional(z.array(catcher)),
});

/** Without InputPath: the guard against overlong waits reads SecondsPath on the raw input. */
const wait = z.strictObject({
  Type: z.literal("Wait"),
  ...common,
  ...flow,
  Seconds: z.exactOptional(timerSeconds),
  SecondsPath: z.exactOptional(path),
});

const choice = z.strictObject({
  Type: z.literal("Choice"),
  ...common,
  ...inputAndOutput,
  Choices: z.array(choiceRule),
  Default: z.exactOptional(z.string()),
});

const succeed = z.strictObject({ Type: z.literal("Succeed"), ...common, ...inputAndOutput });

/** Both words are required: the interpreter invents those that are missing. */
const fail = z.strictObject({
  Type: z.literal("Fail"),
  ...common,
  Error: z.string(),
  Cause: z.string(),
});

/** The state types that run here, each with the fields that the interpreter honours. */
export const supportedState = z.discriminatedUnion("Type", [
  pass,
  task,
  wait,
  choice,
  succeed,
  fail,
]);

export type SupportedState = z.infer<typeof supportedState>;
