import { createRequire } from "node:module";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
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
const JOB = {
  "request.$": "$.request",
  "execution.$": "$.execution",
  "announced.$": "$.check.announced",
};
const SERVICE_ERRORS = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
];

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
      "Begin",
      "CheckStatus",
      "Done",
      "Duplicate",
      "PublishArchiveResult",
      "PublishStatus",
      "RecordArchiveFailure",
      "RecordFault",
      "StatusChanged",
      "Wait",
      "WhatNext",
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
  it("begin with the request, the execution's id, and nothing announced", () => {
    expect(definition.StartAt).toBe("Begin");
    expect(stateNamed("Begin")).toEqual({
      Type: "Pass",
      Parameters: {
        "request.$": "$",
        "execution.$": "$$.Execution.Id",
        check: { announced: 0 },
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
        "announced.$": "$.check.announced",
      },
      ResultPath: "$.check",
      TimeoutSeconds: 45,
      Catch: [CATCH_FAULT],
      Next: "StatusChanged",
    });
  });

  it("announce a change first and wait at once when there is none", () => {
    expect(stateNamed("StatusChanged")).toEqual({
      Type: "Choice",
      Choices: [
        { Variable: "$.check.changed", BooleanEquals: true, Next: "PublishStatus" },
        { Variable: "$.check.outcome", StringEquals: "archive", Next: "ArchiveVideo" },
        { Variable: "$.check.outcome", StringEquals: "end", Next: "Done" },
        { Variable: "$.check.outcome", StringEquals: "duplicate", Next: "Duplicate" },
      ],
      Default: "Wait",
    });
    expect(stateNamed("WhatNext")).toEqual({
      Type: "Choice",
      Choices: [
        { Variable: "$.check.outcome", StringEquals: "archive", Next: "ArchiveVideo" },
        { Variable: "$.check.outcome", StringEquals: "end", Next: "Done" },
      ],
      Default: "Wait",
    });
    expect(stateNamed("Wait")).toEqual({
      Type: "Wait",
      SecondsPath: "$.check.waitSeconds",
      Next: "CheckStatus",
    });
  });

  it.each([
    ["PublishStatus", "$.check.entries", "WhatNext"],
    ["PublishArchiveResult", "$.archive.entries", "Done"],
  ])("put events by %s and keep the state as it was", (name, entries, Next) => {
    expect(stateNamed(name)).toMatchObject({
      Resource: "arn:aws:states:::events:putEvents",
      Parameters: { "Entries.$": entries },
      ResultPath: null,
      TimeoutSeconds: 30,
      Catch: [CATCH_FAULT],
      Next,
    });
  });

  it("archive, and record it when that failed", () => {
    expect(stateNamed("ArchiveVideo")).toMatchObject({
      Resource: expect.stringMatching(/:function:ArchiveVideoFunction/),
      Parameters: JOB,
      ResultPath: "$.archive",
      TimeoutSeconds: 905,
      Catch: [{ ...CATCH_FAULT, Next: "RecordArchiveFailure" }],
      Next: "PublishArchiveResult",
    });
    expect(stateNamed("RecordArchiveFailure")).toMatchObject({
      Resource: expect.stringMatching(/:function:RecordFailureFunction/),
      Parameters: { kind: "archive", ...JOB, "error.$": "$.error" },
      ResultPath: "$.archive",
      TimeoutSeconds: 25,
      Catch: [CATCH_FAULT],
      Next: "PublishArchiveResult",
    });
  });

  it("record a fault of our own and go on tracking after a redrive", () => {
    expect(stateNamed("RecordFault")).toMatchObject({
      Resource: expect.stringMatching(/:function:RecordFailureFunction/),
      Parameters: { kind: "fault", ...JOB, "error.$": "$.error" },
      ResultPath: "$.check",
      TimeoutSeconds: 25,
      Next: "CheckStatus",
    });
  });

  it.each(["Done", "Duplicate"])("end in %s with success", (name) => {
    expect(stateNamed(name)).toEqual({ Type: "Succeed" });
  });
});

describe("every task", () => {
  it("has a timeout and retries", () => {
    const bare = tasks().filter(([, task]) => !(task.TimeoutSeconds && task.Retry?.length));

    expect(tasks()).toHaveLength(6);
    expect(bare).toEqual([]);
  });

  it("has a catch, but for RecordFault, whose failure is the execution's", () => {
    const uncaught = tasks().filter(([, task]) => task.Catch === undefined);

    expect(uncaught.map(([name]) => name)).toEqual(["RecordFault"]);
  });
});

describe("retries", () => {
  it.each(["CheckStatus", "RecordArchiveFailure"])(
    "of %s are patient with Lambda and brief with everything else",
    (name) => {
      expect(stateNamed(name).Retry).toEqual([
        {
          ErrorEquals: expect.arrayContaining([
            ...SERVICE_ERRORS,
            "Lambda.Unknown",
            "States.Timeout",
          ]),
          IntervalSeconds: 2,
          BackoffRate: 2,
          MaxDelaySeconds: 60,
          MaxAttempts: 8,
          JitterStrategy: "FULL",
        },
        { ErrorEquals: ["States.ALL"], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 3 },
      ]);
    },
  );

  it("of ArchiveVideo leave out what another attempt cannot change", () => {
    expect(stateNamed("ArchiveVideo").Retry).toEqual([
      {
        ErrorEquals: ["DownloadRefused", "NotAVideo", "VideoTooLarge", "SourceGone"],
        MaxAttempts: 0,
      },
      expect.objectContaining({
        ErrorEquals: expect.arrayContaining(SERVICE_ERRORS),
        MaxAttempts: 8,
      }),
      { ErrorEquals: ["States.ALL"], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 3 },
    ]);
  });

  it("of ArchiveVideo run a quarter of an hour again three times at most", () => {
    const [, transient] = stateNamed("ArchiveVideo").Retry ?? [];

    expect(transient?.ErrorEquals).not.toContain("States.Timeout");
    expect(transient?.ErrorEquals).not.toContain("Lambda.Unknown");
  });

  it.each(["PublishStatus", "PublishArchiveResult"])(
    "of %s outlast an hour's outage of the bus",
    (name) => {
      expect(stateNamed(name).Retry).toEqual([
        {
          ErrorEquals: ["States.ALL"],
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxDelaySeconds: 300,
          MaxAttempts: 20,
        },
      ]);
    },
  );

  it("of RecordFault never repeat its own TrackingFault", () => {
    const retried = stateNamed("RecordFault").Retry?.flatMap(({ ErrorEquals }) => ErrorEquals);

    expect(retried).toEqual(expect.arrayContaining(SERVICE_ERRORS));
    expect(retried).not.toContain("States.ALL");
    expect(retried).not.toContain("States.TaskFailed");
    expect(retried).not.toContain("TrackingFault");
  });
});
