import * as z from "zod/mini";
import { choiceRule } from "./supported-choice.ts";
import { common, flow, inputAndOutput, timerSeconds } from "./supported-fields.ts";
import { path, payloadTemplate, resultPath } from "./supported-paths.ts";
import { task } from "./supported-task.ts";

const pass = z.strictObject({
  Type: z.literal("Pass"),
  ...common,
  ...inputAndOutput,
  ...flow,
  Parameters: z.exactOptional(payloadTemplate),
  Result: z.exactOptional(z.json().check(z.refine(Boolean, "is ignored by the interpreter"))),
  ResultPath: z.exactOptional(z.nullable(resultPath)),
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

/** Both are required: the interpreter makes up what is missing. */
const fail = z.strictObject({
  Type: z.literal("Fail"),
  ...common,
  Error: z.string(),
  Cause: z.string(),
});

/** The state types that the interpreter runs, each with the fields that it honours. */
export const supportedState = z.discriminatedUnion("Type", [
  pass,
  task,
  wait,
  choice,
  succeed,
  fail,
]);

export type SupportedState = z.infer<typeof supportedState>;
