import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const BUS = { Ref: Match.stringLikeRegexp("^EventsBus") };
const MACHINE = { Ref: Match.stringLikeRegexp("^TrackingStateMachine") };
const DEAD_LETTERS = { "Fn::GetAtt": [Match.stringLikeRegexp("^DeadLettersQueue"), "Arn"] };
const PATIENT = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

const schemaSchema = z.object({
  Properties: z.object({ SchemaName: z.string(), Type: z.string(), Content: z.string() }),
});

let template: Template;
beforeAll(() => {
  template = synthesizeTemplate();
});

describe("the bus", () => {
  it("is one of the stack's own", () => {
    template.resourceCountIs("AWS::Events::EventBus", 1);
    template.hasOutput("EventBusName", { Value: BUS });
  });

  it("is archived for 30 days, with the events of every kind", () => {
    template.resourceCountIs("AWS::Events::Archive", 1);
    template.hasResourceProperties("AWS::Events::Archive", {
      SourceArn: { "Fn::GetAtt": [Match.stringLikeRegexp("^EventsBus"), "Arn"] },
      EventPattern: {
        "detail-type": [
          "Video Job Status Change",
          "Video Expiring Unarchived",
          "Video Job Companions Archived",
          "Video Companions Expiring Unarchived",
          "Credit Budget Reached",
          "Video Job Requested",
        ],
      },
      RetentionDays: 30,
    });
  });

  it.each([0, 1, 365])("is archived for %i days when so configured", (days) => {
    const changed = synthesizeTemplate({ archiver: { eventArchiveDays: days } });

    changed.hasResourceProperties("AWS::Events::Archive", { RetentionDays: days });
  });
});

describe("rules", () => {
  it("are three: requests, executions that ended without success, and the sweeper's schedule", () => {
    template.resourceCountIs("AWS::Events::Rule", 3);
  });

  it("start the machine with the detail of a request on the bus, whoever sent it", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      EventBusName: BUS,
      EventPattern: Match.exact({ "detail-type": ["Video Job Requested"] }),
      State: "ENABLED",
      Targets: [
        {
          Arn: MACHINE,
          Id: "Target0",
          InputPath: "$.detail",
          RoleArn: { "Fn::GetAtt": [Match.stringLikeRegexp("EventsRole"), "Arn"] },
          DeadLetterConfig: { Arn: DEAD_LETTERS },
          RetryPolicy: PATIENT,
        },
      ],
    });
  });

  it("tell the function of executions of this machine that ended badly, from the default bus", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      EventBusName: Match.absent(),
      EventPattern: Match.exact({
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [MACHINE],
          status: ["FAILED", "TIMED_OUT", "ABORTED"],
        },
      }),
      State: "ENABLED",
      Targets: [
        {
          Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("^ExecutionEndedFunction"), "Arn"] },
          Id: "Target0",
          DeadLetterConfig: { Arn: DEAD_LETTERS },
          RetryPolicy: PATIENT,
        },
      ],
    });
  });

  it("may call that function, and nobody else may", () => {
    const permissions = template.findResources("AWS::Lambda::Permission", {
      Properties: {
        FunctionName: { "Fn::GetAtt": [Match.stringLikeRegexp("^ExecutionEndedFunction"), "Arn"] },
      },
    });

    expect(Object.values(permissions)).toEqual([
      expect.objectContaining({
        Properties: expect.objectContaining({
          Principal: "events.amazonaws.com",
          SourceArn: { "Fn::GetAtt": [expect.stringMatching(/^ExecutionEndedRule/), "Arn"] },
        }),
      }),
    ]);
  });
});

describe("what the function could not do", () => {
  it("is kept in the dead-letter queue after two more tries", () => {
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: Match.stringLikeRegexp("^ExecutionEndedFunction") },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } },
    });
  });
});

describe("the dead-letter queue", () => {
  it("is encrypted and keeps messages for 14 days", () => {
    template.resourceCountIs("AWS::SQS::Queue", 1);
    template.hasResourceProperties("AWS::SQS::Queue", {
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
    });
  });

  it("refuses everything without TLS, and lets both rules send and nobody else", () => {
    const send = (rule: string) => ({
      Sid: Match.anyValue(),
      Effect: "Allow",
      Action: "sqs:SendMessage",
      Principal: { Service: "events.amazonaws.com" },
      Resource: DEAD_LETTERS,
      Condition: {
        ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": [Match.stringLikeRegexp(rule), "Arn"] } },
      },
    });

    template.hasResourceProperties("AWS::SQS::QueuePolicy", {
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Action: "sqs:*",
            Principal: { AWS: "*" },
            Resource: DEAD_LETTERS,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          send("^EventsJobRequested"),
          send("^ExecutionEndedRule"),
        ],
      },
    });
  });
});

describe("with an existing bus configured", () => {
  let existing: Template;
  beforeAll(() => {
    existing = synthesizeTemplate({ archiver: { eventBusName: "company-events" } });
  });

  it("the stack makes none", () => {
    existing.resourceCountIs("AWS::Events::EventBus", 0);
    existing.hasOutput("EventBusName", { Value: "company-events" });
  });

  it("requests are taken from it", () => {
    existing.hasResourceProperties("AWS::Events::Rule", {
      EventBusName: "company-events",
      EventPattern: { "detail-type": ["Video Job Requested"] },
    });
  });

  it("the archive keeps our events of it and nobody else's", () => {
    existing.hasResourceProperties("AWS::Events::Archive", {
      SourceArn: { "Fn::Join": ["", Match.arrayWith([":event-bus/company-events"])] },
      EventPattern: {
        "detail-type": [
          "Video Job Status Change",
          "Video Expiring Unarchived",
          "Video Job Companions Archived",
          "Video Companions Expiring Unarchived",
          "Credit Budget Reached",
          "Video Job Requested",
        ],
      },
    });
  });

  it.each(["CheckStatus", "ArchiveVideo", "ExecutionEnded", "Sweeper"])(
    "%s may publish on it",
    (name) => {
      existing.hasResourceProperties("AWS::IAM::Policy", {
        Roles: [{ Ref: Match.stringLikeRegexp(`^${name}(Function)?Role`) }],
        PolicyDocument: {
          Statement: Match.arrayWith([
            {
              Effect: "Allow",
              Action: "events:PutEvents",
              Resource: { "Fn::Join": ["", Match.arrayWith([":event-bus/company-events"])] },
            },
          ]),
        },
      });
    },
  );

  it("executions that ended badly still come from the default bus", () => {
    existing.hasResourceProperties("AWS::Events::Rule", {
      EventBusName: Match.absent(),
      EventPattern: { source: ["aws.states"] },
    });
  });

  it("the functions are told its name", () => {
    const told = existing.findResources("AWS::Lambda::Function", {
      Properties: {
        Environment: { Variables: Match.objectLike({ EVENT_BUS_NAME: Match.anyValue() }) },
      },
    });
    const rightly = existing.findResources("AWS::Lambda::Function", {
      Properties: {
        Environment: { Variables: Match.objectLike({ EVENT_BUS_NAME: "company-events" }) },
      },
    });

    expect(Object.keys(rightly)).toEqual(Object.keys(told));
    expect(Object.keys(told).length).toBeGreaterThan(0);
  });
});

describe("the schema registry", () => {
  function schemas() {
    return Object.values(template.findResources("AWS::EventSchemas::Schema")).map(
      (schema) => schemaSchema.parse(schema).Properties,
    );
  }

  it("has all events, named as EventBridge names what it discovers", () => {
    template.resourceCountIs("AWS::EventSchemas::Registry", 1);
    expect(schemas().map(({ SchemaName }) => SchemaName)).toEqual([
      "akool.video-archiver@VideoJobStatusChange",
      "akool.video-archiver@VideoExpiringUnarchived",
      "akool.video-archiver@VideoJobCompanionsArchived",
      "akool.video-archiver@VideoCompanionsExpiringUnarchived",
      "akool.video-archiver@CreditBudgetReached",
      "akool.video-archiver@VideoJobRequested",
    ]);
  });

  it("has them in the dialect that it knows", () => {
    for (const { Type, Content } of schemas()) {
      expect(Type).toBe("JSONSchemaDraft4");
      expect(JSON.parse(Content)).toMatchObject({
        $schema: "http://json-schema.org/draft-04/schema#",
        type: "object",
      });
    }
  });
});
