import { createRequire } from "node:module";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { InvalidInput } from "#runtime/handler.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";
import {
  type Definition,
  type State,
  successorsOf,
  trackingDefinitionOf,
} from "#test/support/tracking-definition.ts";

/** The package has no types of its own. */
const validate: (definition: unknown) => { isValid: boolean; errorsText: () => string } =
  createRequire(import.meta.url)("asl-validator");

const CATCH_FAULT = { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "RecordFault" };
/** AKOOL is to call back: what the choice asks before it falls back to the plain wait. */
const AWAIT_CALLBACK = {
  And: [
    { Variable: "$.check.outcome", StringEquals: "wait" },
    { Variable: "$.check.awaitCallback", BooleanEquals: true },
  ],
  Next: "AwaitCallback",
};
const JOB = {
  "request.$": "$.request",
  "execution.$": "$.execution",
};

let template: Template;
let definition: Definition;
beforeAll(() => {
  template = synthesizeTemplate();
  definition = trackingDefinitionOf(template);
});

function stateNamed(name: string): State {
  const state = definition.States[name];
  if (state === undefined) throw new Error(`no state ${name}`);
  return state;
}

function tasks(): [string, State][] {
  return Object.entries(definition.States).filter(([, state]) => state.Type === "Task");
}

function reachableStates(): Set<string> {
  const reached = new Set([definition.StartAt]);
  for (const name of reached) for (const next of successorsOf(stateNamed(name))) reached.add(next);
  return reached;
}

describe("the machine", () => {
  it("is a traced Standard machine that logs failures under the vended prefix", () => {
    template.hasResourceProperties("AWS::StepFunctions::StateMachine", {
      StateMachineType: "STANDARD",
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: "ERROR", IncludeExecutionData: true },
    });
    template.hasResourceProperties("AWS::Logs::LogGroup", {
      LogGroupName: Match.stringLikeRegexp("^/aws/vendedlogs/states/"),
    });
  });

  it("counts the requests that it refused", () => {
    template.hasResourceProperties("AWS::Logs::MetricFilter", {
      LogGroupName: { Ref: Match.stringLikeRegexp("^TrackingLogs") },
      FilterPattern: '{ ($.type = "LambdaFunctionFailed") && ($.details.error = "InvalidInput") }',
      MetricTransformations: [
        { MetricNamespace: "AkoolVideoArchiver", MetricName: "RefusedRequests", MetricValue: "1" },
      ],
    });
  });

  it("ends an execution after 8 days at the latest", () => {
    expect(definition.TimeoutSeconds).toBe(8 * 24 * 3600);
  });
});

describe("the definition", () => {
  it("is valid Amazon States Language", () => {
    const result = validate(structuredClone(definition));

    expect(result.errorsText()).toBe("");
    expect(result.isValid).toBe(true);
  });

  it("would be called invalid if a route led nowhere", () => {
    const broken = structuredClone(definition);
    broken.StartAt = "Nowhere";

    expect(validate(broken).isValid).toBe(false);
  });

  it("has these states and no other", () => {
    expect(Object.keys(definition.States).toSorted()).toEqual([
      "ArchiveVideo",
      "AwaitCallback",
      "Begin",
      "CheckStatus",
      "Done",
      "Duplicate",
      "NextStep",
      "RecordArchiveFailure",
      "RecordFault",
      "RefuseRequest",
      "Refused",
      "Wait",
    ]);
  });

  it("reaches every state", () => {
    expect([...reachableStates()].toSorted()).toEqual(Object.keys(definition.States).toSorted());
  });

  it("keeps to the fields of JSONPath that the local interpreter honours", () => {
    const unsupported = /"(Assign|Output|Arguments|QueryLanguage|HeartbeatSeconds(Path)?)":/;

    expect(JSON.stringify(definition)).not.toMatch(unsupported);
  });
});

describe("the routes", () => {
  it("begin with the request and the execution's id", () => {
    expect(definition.StartAt).toBe("Begin");
    expect(stateNamed("Begin")).toEqual({
      Type: "Pass",
      Parameters: {
        "request.$": "$",
        "execution.$": "$$.Execution.Id",
        "startedAt.$": "$$.Execution.StartTime",
      },
      Next: "CheckStatus",
    });
  });

  it("ask what AKOOL says and keep the answer as $.check", () => {
    expect(stateNamed("CheckStatus")).toMatchObject({
      Resource: expect.stringMatching(/^arn:aws:lambda:.*:function:CheckStatusFunction/),
      Parameters: {
        "request.$": "$.request",
        "execution.$": "$.execution",
        "startedAt.$": "$.startedAt",
        "retryCount.$": "$$.State.RetryCount",
      },
      ResultPath: "$.check",
      TimeoutSeconds: 45,
      Catch: [
        { ErrorEquals: ["InvalidInput"], ResultPath: "$.error", Next: "RefuseRequest" },
        CATCH_FAULT,
      ],
      Next: "NextStep",
    });
  });

  it("know a malformed request by the name of the error that CheckStatus throws", () => {
    const [refuses] = stateNamed("CheckStatus").Catch ?? [];

    expect(refuses?.ErrorEquals).toEqual([new InvalidInput().name]);
  });

  it("lay a malformed request, with the reason, into the dead-letter queue and end well", () => {
    expect(stateNamed("RefuseRequest")).toMatchObject({
      Resource: "arn:aws:states:::sqs:sendMessage",
      Parameters: {
        QueueUrl: expect.stringMatching(/\/DeadLettersQueue[0-9A-F]{8}$/),
        MessageBody: {
          "request.$": "$.request",
          "error.$": "$.error",
          "execution.$": "$.execution",
        },
      },
      ResultPath: null,
      TimeoutSeconds: 30,
      Catch: [CATCH_FAULT],
      Next: "Refused",
    });
  });

  it("lead from each outcome to what follows it, and to a wait as a rule", () => {
    const outcome = (name: string) => ({ Variable: "$.check.outcome", StringEquals: name });
    expect(stateNamed("NextStep")).toEqual({
      Type: "Choice",
      Choices: [
        { ...outcome("archive"), Next: "ArchiveVideo" },
        { ...outcome("end"), Next: "Done" },
        { ...outcome("duplicate"), Next: "Duplicate" },
        AWAIT_CALLBACK,
      ],
      Default: "Wait",
    });
    expect(stateNamed("Wait")).toEqual({
      Type: "Wait",
      SecondsPath: "$.check.waitSeconds",
      Next: "CheckStatus",
    });
  });

  it("archive, and record it when that failed", () => {
    expect(stateNamed("ArchiveVideo")).toMatchObject({
      Resource: expect.stringMatching(/:function:ArchiveVideoFunction/),
      Parameters: JOB,
      ResultPath: "$.archive",
      TimeoutSeconds: 905,
      Catch: [{ ...CATCH_FAULT, Next: "RecordArchiveFailure" }],
      End: true,
    });
    expect(stateNamed("RecordArchiveFailure")).toMatchObject({
      Resource: expect.stringMatching(/:function:RecordFailureFunction/),
      Parameters: { kind: "archive", ...JOB, "error.$": "$.error" },
      ResultPath: "$.archive",
      TimeoutSeconds: 25,
      Catch: [CATCH_FAULT],
      End: true,
    });
  });

  it("record a fault of our own and go on tracking after a redrive", () => {
    expect(stateNamed("RecordFault")).toMatchObject({
      Resource: expect.stringMatching(/:function:RecordFailureFunction/),
      Parameters: { kind: "fault", ...JOB, "error.$": "$.error" },
      ResultPath: null,
      TimeoutSeconds: 25,
      Next: "CheckStatus",
    });
  });

  it.each(["Done", "Duplicate", "Refused"])("end in %s with success", (name) => {
    expect(stateNamed(name)).toEqual({ Type: "Succeed" });
  });
});

describe("every task", () => {
  it("has a timeout", () => {
    const endless = tasks().filter(([, task]) => !(task.TimeoutSeconds || task.TimeoutSecondsPath));

    expect(tasks()).toHaveLength(6);
    expect(endless).toEqual([]);
  });

  it("has retries, but for AwaitCallback, whose failure leads to a poll", () => {
    const unrepeated = tasks().filter(([, task]) => !task.Retry?.length);

    expect(unrepeated.map(([name]) => name)).toEqual(["AwaitCallback"]);
  });

  it("has a catch, but for RecordFault, whose failure is the execution's", () => {
    const uncaught = tasks().filter(([, task]) => task.Catch === undefined);

    expect(uncaught.map(([name]) => name)).toEqual(["RecordFault"]);
  });
});
