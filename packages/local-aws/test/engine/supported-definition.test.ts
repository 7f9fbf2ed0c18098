import { describe, expect, it } from "vitest";
import { SEND_MESSAGE_RESOURCE } from "../../src/engine/send-message-task.ts";
import { readDefinition, UnsupportedDefinition } from "../../src/engine/supported-definition.ts";
import { UPDATE_ITEM_RESOURCE } from "../../src/engine/update-item-task.ts";
import { lambdaArn, POLLING_MACHINE, task } from "./harness.ts";

const KNOWN = new Set([
  lambdaArn("work"),
  lambdaArn("check"),
  SEND_MESSAGE_RESOURCE,
  UPDATE_ITEM_RESOURCE,
]);

function machineOf(state: unknown, top: Record<string, unknown> = {}): unknown {
  return { StartAt: "It", States: { It: state, End: { Type: "Succeed" } }, ...top };
}

const choice = (rule: Record<string, unknown>) => ({
  Type: "Choice",
  Choices: [{ Next: "End", ...rule }],
  Default: "End",
});
const work = (fields: Record<string, unknown>) => task("work", { Next: "End", ...fields });
/** A task without its timeout. */
function endless() {
  const { TimeoutSeconds: _timeout, ...rest } = work({});
  return rest;
}
const callback = (fields: Record<string, unknown>) => ({
  Type: "Task",
  Next: "End",
  Resource: UPDATE_ITEM_RESOURCE,
  Parameters: { list: [{ "t.$": "$$.Task.Token" }] },
  ...(fields.TimeoutSeconds === undefined && { TimeoutSecondsPath: "$.check.waitSeconds" }),
  ...fields,
});
const pass = (fields: Record<string, unknown>) => ({ Type: "Pass", Next: "End", ...fields });
const wait = (fields: Record<string, unknown>) => ({ Type: "Wait", Next: "End", ...fields });

describe("a definition that runs here", () => {
  it.each([
    ["the polling loop", POLLING_MACHINE],
    [
      "the query language, where it is JSONPath",
      machineOf(pass({ QueryLanguage: "JSONPath" }), { QueryLanguage: "JSONPath" }),
    ],
    ["comments and a version", machineOf(pass({ Comment: "x" }), { Comment: "y", Version: "1.0" })],
    [
      "combined choices",
      machineOf(
        choice({
          And: [
            { Not: { Variable: "$.a", IsNull: true } },
            { Or: [{ Variable: "$.b[0].c", StringEquals: "x" }] },
          ],
        }),
      ),
    ],
    [
      "a comparison with the context",
      machineOf(choice({ Variable: "$.a", StringEqualsPath: "$$.Execution.Input.b" })),
    ],
    [
      "retries and catchers",
      machineOf(
        work({
          Retry: [
            { ErrorEquals: ["A"], MaxAttempts: 0 },
            {
              ErrorEquals: ["States.ALL"],
              MaxAttempts: 20,
              MaxDelaySeconds: 300,
              JitterStrategy: "FULL",
            },
          ],
          Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "End" }],
        }),
      ),
    ],
    [
      "sendMessage",
      machineOf(
        work({
          Resource: SEND_MESSAGE_RESOURCE,
          Parameters: { QueueUrl: "q", MessageBody: { "error.$": "$.error" } },
          ResultPath: null,
        }),
      ),
    ],
    [
      "a result selector",
      machineOf(
        work({
          ResultSelector: { "a.$": "$.b", list: [1, { "c.$": "$" }] },
          InputPath: "$.x",
          OutputPath: null,
        }),
      ),
    ],
    ["a task token, with a timeout from the input", machineOf(callback({}))],
    ["a task token, with a fixed timeout", machineOf(callback({ TimeoutSeconds: 60 }))],
    ["a fixed wait", machineOf(wait({ Seconds: 5 }))],
    ["a failure", { StartAt: "It", States: { It: { Type: "Fail", Error: "A", Cause: "b" } } }],
  ])("may hold %s", (_what, definition) => {
    expect(() => readDefinition(definition, KNOWN)).not.toThrow();
  });

  it("is read without being written to", () => {
    const definition = structuredClone(POLLING_MACHINE);

    readDefinition(definition, KNOWN);

    expect(definition).toEqual(POLLING_MACHINE);
  });
});

describe("a definition that would run otherwise here is refused, for", () => {
  it.each([
    ["JSONata", machineOf(pass({ QueryLanguage: "JSONata" })), "state It: field QueryLanguage"],
    [
      "JSONata as a whole",
      machineOf(pass({}), { QueryLanguage: "JSONata" }),
      "definition: field QueryLanguage",
    ],
    ["Assign", machineOf(pass({ Assign: { a: 1 } })), "state It: field Assign"],
    ["Output", machineOf(work({ Output: {} })), "state It: field Output"],
    ["Arguments", machineOf(work({ Arguments: {} })), "state It: field Arguments"],
    [
      "HeartbeatSeconds",
      machineOf(work({ HeartbeatSeconds: 5 })),
      "state It: field HeartbeatSeconds",
    ],
    ["Credentials", machineOf(work({ Credentials: {} })), "state It: field Credentials"],
    [
      "TimeoutSecondsPath",
      machineOf({ ...endless(), TimeoutSecondsPath: "$.t" }),
      "state It: field TimeoutSecondsPath",
    ],
    [
      "two timeouts",
      machineOf(callback({ TimeoutSeconds: 60, TimeoutSecondsPath: "$.t" })),
      "state It: field TimeoutSeconds",
    ],
    [
      "a timeout from the context",
      machineOf(callback({ TimeoutSecondsPath: "$$.Execution.Input.t" })),
      "state It: field TimeoutSecondsPath",
    ],
    ["a task without a timeout", machineOf(endless()), "state It: field TimeoutSeconds"],
    [
      "an inline Map",
      machineOf({ Type: "Map", ItemProcessor: { StartAt: "A", States: {} }, End: true }),
      "state It: field ItemReader",
    ],
    [
      "a Parallel",
      machineOf({ Type: "Parallel", Branches: [], End: true }),
      "state It: field Type",
    ],
    ["an unknown top field", machineOf(pass({}), { Extra: 1 }), "definition: field Extra"],
    ["a state that is none", machineOf("x"), "state It"],
    [
      "a task token with another resource",
      machineOf(callback({ Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken" })),
      "invoke.waitForTaskToken cannot be run here",
    ],
    [
      "a task token that nobody gets",
      machineOf(callback({ Parameters: { t: "$.x" } })),
      "state It: field Parameters",
    ],
    [
      "retries with a task token",
      machineOf(callback({ Retry: [{ ErrorEquals: ["A"] }] })),
      "state It: field Retry",
    ],
    [
      "a task token with a part of the input",
      machineOf(callback({ InputPath: "$.a" })),
      "state It: field InputPath",
    ],
    [
      "$$.Task.Token in a task without callback",
      machineOf(work({ Parameters: { a: [{ "t.$": "$$.Task.Token" }] } })),
      "state It: field Parameters",
    ],
    [
      "$$.Task.Token in a result",
      machineOf(callback({ ResultSelector: { "t.$": "$$.Task.Token" } })),
      "state It: field ResultSelector",
    ],
    [
      "an unknown function",
      machineOf(work({ Resource: lambdaArn("other") })),
      "state It: field Resource",
    ],
    [
      "$$.Task.Token",
      machineOf(pass({ Parameters: { "t.$": "$$.Task.Token" } })),
      "state It: field Parameters: t.$",
    ],
    [
      "$$.State.RetryCount outside a task",
      machineOf(pass({ Parameters: { "n.$": "$$.State.RetryCount" } })),
      "state It: field Parameters: n.$",
    ],
    [
      "$$.State.EnteredTime",
      machineOf(choice({ Variable: "$$.State.EnteredTime", IsString: true })),
      "state It: field Choices.0.Variable",
    ],
    [
      "an intrinsic function",
      machineOf(pass({ Parameters: { a: [{ "b.$": "States.UUID()" }] } })),
      "a.0.b.$ is not a plain path",
    ],
    ["a wildcard path", machineOf(pass({ InputPath: "$..a" })), "state It: field InputPath"],
    [
      "a path that is no text",
      machineOf(pass({ Parameters: { "a.$": 5 } })),
      "a.$ is not a plain path",
    ],
    [
      "a path without .$",
      machineOf(pass({ Parameters: { a: "$$.Execution.Id" } })),
      "does not end in .$",
    ],
    ["a falsy Result", machineOf(pass({ Result: false })), "state It: field Result"],
    ["ResultPath $", machineOf(pass({ ResultPath: "$" })), "state It: field ResultPath"],
    [
      "StringMatches",
      machineOf(choice({ Variable: "$.a", StringMatches: "a*" })),
      "Choices.0.StringMatches",
    ],
    [
      "an ordering comparison",
      machineOf(choice({ Variable: "$.a", NumericLessThan: 1 })),
      "Choices.0.NumericLessThan",
    ],
    [
      "IsPresent false",
      machineOf(choice({ Variable: "$.a", IsPresent: false })),
      "Choices.0.IsPresent",
    ],
    [
      "two operators",
      machineOf(choice({ Variable: "$.a", IsPresent: true, IsNull: true })),
      "exactly one operator",
    ],
    [
      "no operator inside And",
      machineOf(choice({ And: [{ Variable: "$.a" }] })),
      "exactly one operator",
    ],
    ["an overlong wait", machineOf(wait({ Seconds: 2_147_484 })), "state It: field Seconds"],
    [
      "a wait until a time",
      machineOf(wait({ Timestamp: "2026-01-01T00:00:00Z" })),
      "state It: field Timestamp",
    ],
    [
      "an overlong back-off",
      machineOf(work({ Retry: [{ ErrorEquals: ["A"], MaxAttempts: 30 }] })),
      "state It: field Retry.0",
    ],
    [
      "an unknown retrier field",
      machineOf(work({ Retry: [{ ErrorEquals: ["A"], Foo: 1 }] })),
      "state It: field Retry.0.Foo",
    ],
    ["a Fail without words", machineOf({ Type: "Fail" }), "state It: field Error"],
    ["a target that does not exist", machineOf(pass({ Next: "Nowhere" })), "Nowhere"],
    ["both Next and End", machineOf(pass({ End: true })), "It"],
    ["what is no definition", "x", "definition"],
  ])("%s", (_what, definition, named) => {
    const reading = () => readDefinition(definition, KNOWN);

    expect(reading).toThrow(UnsupportedDefinition);
    expect(reading).toThrow(named);
  });
});
