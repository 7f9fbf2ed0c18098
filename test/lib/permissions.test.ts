import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

/** Every resource with a wildcard that a policy may name, and why it cannot be narrower. */
const WILDCARD_RESOURCES: Record<string, string> = {
  "*": "X-Ray, log delivery and callbacks know no resources; see the actions in the test below",
  "<VideosBucket.Arn>/*": "all objects of the video bucket",
  "<CheckStatusFunction.Arn>:*": "versions of the function, which CDK grants along with it",
  "<ArchiveVideoFunction.Arn>:*": "as above",
  "<RecordFailureFunction.Arn>:*": "as above",
  "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<TrackingStateMachine.Name>:*":
    "all executions of the one machine",
  "arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:akool-video-archiver/akool-??????":
    "the six characters that Secrets Manager appends to the name",
};

/** Actions that AWS lets nobody narrow to a resource. */
const ACTIONS_WITHOUT_RESOURCE = [
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
  // A task token names its task; the service authorization reference lists no resource beside it.
  "states:SendTaskSuccess",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

const oneOrMany = <T extends z.ZodMiniType>(schema: T) => z.union([schema, z.array(schema)]);
const policySchema = z.object({
  Properties: z.object({
    PolicyDocument: z.object({
      Statement: z.array(
        z.object({
          Effect: z.literal("Allow"),
          Action: oneOrMany(z.string()),
          Resource: oneOrMany(z.unknown()),
        }),
      ),
    }),
    Roles: z.array(z.object({ Ref: z.string() })),
  }),
});

interface Permission {
  role: string;
  actions: string[];
  resources: string[];
}

let template: Template;
let permissions: Permission[];
beforeAll(() => {
  template = synthesizeTemplate();
  permissions = Object.values(template.findResources("AWS::IAM::Policy")).flatMap(permissionsOf);
});

function permissionsOf(policy: unknown): Permission[] {
  const { PolicyDocument, Roles } = policySchema.parse(policy).Properties;
  return PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
    Roles.map(({ Ref }) => ({
      role: withoutHash(Ref),
      actions: [Action].flat(),
      resources: [Resource].flat().map(render),
    })),
  );
}

const withoutHash = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, "");

const intrinsic = z.union([
  z.string(),
  z.pipe(
    z.object({ Ref: z.string() }),
    z.transform(({ Ref }) => `<${withoutHash(Ref)}>`),
  ),
  z.pipe(
    z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) }),
    z.transform(({ "Fn::GetAtt": [id, attribute] }) => `<${withoutHash(id)}.${attribute}>`),
  ),
]);
const joined = z.object({ "Fn::Join": z.tuple([z.literal(""), z.array(intrinsic)]) });

function render(resource: unknown): string {
  const join = joined.safeParse(resource);
  return join.success ? join.data["Fn::Join"][1].join("") : intrinsic.parse(resource);
}

/** What a role may do, as `action on resource`, without its log and its traces. */
function grantsOf(role: string): string[] {
  return permissions
    .filter((permission) => permission.role === role)
    .flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => `${action} on ${resource}`)),
    )
    .filter((grant) => !/^(logs|xray):/.test(grant))
    .toSorted();
}

const ITEM_ACCESS = ["GetItem", "UpdateItem"].map(
  (action) => `dynamodb:${action} on <JobsTable.Arn>`,
);
const EXECUTIONS =
  "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<TrackingStateMachine.Name>:*";
const SECRET =
  "arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:akool-video-archiver/akool-??????";
const SECRET_ACCESS = ["DescribeSecret", "GetSecretValue"].map(
  (action) => `secretsmanager:${action} on ${SECRET}`,
);

describe("permissions", () => {
  it("of CheckStatus: items, the secret, and whether executions live", () => {
    expect(grantsOf("CheckStatusRole")).toEqual([
      ...ITEM_ACCESS,
      ...SECRET_ACCESS,
      `states:DescribeExecution on ${EXECUTIONS}`,
    ]);
  });

  it("of ArchiveVideo: items, the secret, and objects of the bucket", () => {
    expect(grantsOf("ArchiveVideoRole")).toEqual([
      ...ITEM_ACCESS,
      "s3:AbortMultipartUpload on <VideosBucket.Arn>/*",
      "s3:DeleteObject on <VideosBucket.Arn>/*",
      "s3:DeleteObjectVersion on <VideosBucket.Arn>/*",
      "s3:GetObject on <VideosBucket.Arn>/*",
      "s3:ListBucketMultipartUploads on <VideosBucket.Arn>",
      "s3:PutObject on <VideosBucket.Arn>/*",
      ...SECRET_ACCESS,
    ]);
  });

  it("of RecordFailure: items alone", () => {
    expect(grantsOf("RecordFailureRole")).toEqual(ITEM_ACCESS);
  });

  it("of ExecutionEnded: items, the bus, and the dead-letter queue", () => {
    expect(grantsOf("ExecutionEndedFunctionRole")).toEqual([
      ...ITEM_ACCESS,
      "events:PutEvents on <EventsBus.Arn>",
      // The first two change nothing: CDK grants them along with sending.
      "sqs:GetQueueAttributes on <DeadLettersQueue.Arn>",
      "sqs:GetQueueUrl on <DeadLettersQueue.Arn>",
      "sqs:SendMessage on <DeadLettersQueue.Arn>",
    ]);
  });

  it("of JobApi: records, their lists, intents, links to videos, the secret, executions", () => {
    expect(grantsOf("JobApiFunctionRole")).toEqual(
      [
        ...ITEM_ACCESS,
        "dynamodb:BatchGetItem on <JobsTable.Arn>",
        "dynamodb:Query on <JobsTable.Arn>/index/byStatus",
        "dynamodb:Query on <JobsTable.Arn>/index/byTime",
        "events:PutEvents on <EventsBus.Arn>",
        "dynamodb:DeleteItem on <SubmissionsTable.Arn>",
        "dynamodb:GetItem on <SubmissionsTable.Arn>",
        "dynamodb:UpdateItem on <SubmissionsTable.Arn>",
        "s3:GetObject on <VideosBucket.Arn>/*",
        ...SECRET_ACCESS,
        "states:StartExecution on <TrackingStateMachine>",
        `states:DescribeExecution on ${EXECUTIONS}`,
        `states:RedriveExecution on ${EXECUTIONS}`,
        `states:StopExecution on ${EXECUTIONS}`,
      ].toSorted(),
    );
  });

  it("of AkoolWebhook: items, deliveries, the secret, to start, see and wake executions", () => {
    expect(grantsOf("AkoolWebhookFunctionRole")).toEqual(
      [
        ...ITEM_ACCESS,
        "events:PutEvents on <EventsBus.Arn>",
        "dynamodb:GetItem on <DeliveriesTable.Arn>",
        "dynamodb:UpdateItem on <DeliveriesTable.Arn>",
        ...SECRET_ACCESS,
        "states:StartExecution on <TrackingStateMachine>",
        `states:DescribeExecution on ${EXECUTIONS}`,
        "states:SendTaskSuccess on *",
      ].toSorted(),
    );
  });

  it("of the sweeper: items, those that are due, the bus, to start and see executions", () => {
    expect(grantsOf("SweeperFunctionRole")).toEqual(
      [
        ...ITEM_ACCESS,
        "dynamodb:Query on <JobsTable.Arn>/index/bySweep",
        "events:PutEvents on <EventsBus.Arn>",
        "states:StartExecution on <TrackingStateMachine>",
        `states:DescribeExecution on ${EXECUTIONS}`,
      ].toSorted(),
    );
  });

  it("of the rule on requests: to start the machine", () => {
    expect(grantsOf("TrackingStateMachineEventsRole")).toEqual([
      "states:StartExecution on <TrackingStateMachine>",
    ]);
  });

  it("of the workflow: its three functions, its bus, the dead-letter queue, and items", () => {
    const functions = ["ArchiveVideo", "CheckStatus", "RecordFailure"];

    expect(grantsOf("TrackingStateMachineRole")).toEqual([
      "dynamodb:UpdateItem on <JobsTable.Arn>",
      "events:PutEvents on <EventsBus.Arn>",
      ...functions.flatMap((name) => [
        `lambda:InvokeFunction on <${name}Function.Arn>`,
        `lambda:InvokeFunction on <${name}Function.Arn>:*`,
      ]),
      "sqs:SendMessage on <DeadLettersQueue.Arn>",
    ]);
  });

  it.each([
    "CheckStatus",
    "ArchiveVideo",
    "RecordFailure",
    "ExecutionEndedFunction",
    "JobApiFunction",
    "AkoolWebhookFunction",
    "SweeperFunction",
  ])("let %s write to its own log group and to no other", (name) => {
    const logging = permissions.filter(
      ({ role, actions }) => role === `${name}Role` && actions.includes("logs:PutLogEvents"),
    );

    expect(logging).toEqual([
      {
        role: `${name}Role`,
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [`<${name}Logs.Arn>`],
      },
    ]);
  });
});

describe("wildcards", () => {
  it("stand in no action", () => {
    const actions = permissions.flatMap((permission) => permission.actions);

    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
  });

  it("stand in the listed resources and in no other", () => {
    const wildcards = permissions
      .flatMap(({ resources }) => resources)
      .filter((resource) => /[*?]/.test(resource));

    expect(new Set(wildcards)).toEqual(new Set(Object.keys(WILDCARD_RESOURCES)));
  });

  it("cover all resources only where AWS offers none to name", () => {
    const unbounded = permissions
      .filter(({ resources }) => resources.includes("*"))
      .flatMap(({ actions }) => actions);

    expect(ACTIONS_WITHOUT_RESOURCE).toEqual(expect.arrayContaining(unbounded));
  });
});

describe("roles", () => {
  it("have neither managed nor inline policies that this test would not see", () => {
    const roles = Object.values(template.findResources("AWS::IAM::Role"));

    expect(roles).toHaveLength(9);
    for (const { Properties } of roles) {
      expect(Properties).not.toHaveProperty("ManagedPolicyArns");
      expect(Properties).not.toHaveProperty("Policies");
    }
  });
});
