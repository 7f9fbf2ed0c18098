import { expect, it } from "vitest";
import { messageOfCause } from "#aws/lambda-cause.ts";

it.each([
  ['{"errorType":"SourceGone","errorMessage":"HTTP 403","trace":[]}', "HTTP 403"],
  ['{"errorType":"SourceGone"}', '{"errorType":"SourceGone"}'],
  ["null", "null"],
  ["States.Timeout after 900 s", "States.Timeout after 900 s"],
  ["", ""],
])("the message of the cause %j is %j", (cause, message) => {
  expect(messageOfCause(cause)).toBe(message);
});
