import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

/** Every resource with a wildcard that a policy may name, and why it cannot be narrower. */
const WILDCARD_RESOURCES: Record<string, string> = {
  "*": "X-Ray, log delivery and callbacks know no resources; see the actions in the test below",
  "<VideosBucket.Arn>/*": "all objects of the video bucket",
  "<ImportsFilesBucket.Arn>/imports/*": "sources of imports: whoever lays them names them",
  "<ImportsFilesBucket.Arn>/runs/*": "what the archiver keeps of imports, by their ids",
  "arn:<AWS::Partition>:s3:::<ImportsFilesBucket>/*":
    "CDK grants a distributed map the whole bucket",
  "<ImportsPlanImportFunction.Arn>:*": "versions of the function, as below",
  "<ImportsSubmitLinesFunction.Arn>:*": "as above",
  "<ImportsSummarizeImportFunction.Arn>:*": "as above",
  "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<ImportsWorkflowStateMachine.Name>:*":
    "all imports",
  "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:mapRun:<ImportsWorkflowStateMachine.Name>/Lines:*":
    "the runs of their one map",
  "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<ImportsWorkflowStateMachine.Name>/Lines:*":
    "the batches of these runs",
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
  // How CDK takes a machine's name from its ARN.
  z.pipe(
    z.object({
      "Fn::Select": z.tuple([
        z.literal(6),
        z.object({ "Fn::Split": z.tuple([z.literal(":"), z.object({ Ref: z.string() })]) }),
      ]),
    }),
    z.transform(({ "Fn::Select": [, split] }) => {
      return `<${withoutHash(split["Fn::Split"][1].Ref)}.Name>`;
    }),
  ),
]);
const joined = z.object({ "Fn::Join": z.tuple([z.literal(""), z.array(intrinsic)]) });

function render(resource: unknown): string {
  const join = joined.safeParse(resource);
  return join.success ? join.data["Fn::Join"][1].join("") : intrinsic.parse(resource);
}

/** The resources that the table speaks of. */
const JOBS = "<JobsTable.Arn>";
const BY_STATUS = "<JobsTable.Arn>/index/byStatus";
const BY_TIME = "<JobsTable.Arn>/index/byTime";
const BY_SWEEP = "<JobsTable.Arn>/index/bySweep";
const SUBMISSIONS = "<SubmissionsTable.Arn>";
const BY_STATE = "<SubmissionsTable.Arn>/index/byState";
const LEDGER = "<LedgerTable.Arn>";
const DELIVERIES = "<DeliveriesTable.Arn>";
const BUCKET = "<VideosBucket.Arn>";
const VIDEOS = "<VideosBucket.Arn>/*";
const BUS = "<EventsBus.Arn>";
const DEAD_LETTERS = "<DeadLettersQueue.Arn>";
const MACHINE = "<TrackingStateMachine>";
const EXECUTIONS =
  "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<TrackingStateMachine.Name>:*";
const OF_IMPORTS = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>";
const IMPORTS = `${OF_IMPORTS}:execution:<ImportsWorkflowStateMachine.Name>`;
const MAP_RUNS = `${OF_IMPORTS}:mapRun:<ImportsWorkflowStateMachine.Name>/Lines`;
const IMPORT_MACHINE = "<ImportsWorkflowStateMachine>";
const LISTS = "<ImportsFilesBucket.Arn>/imports/*";
const RUNS = "<ImportsFilesBucket.Arn>/runs/*";
const SECRET =
  "arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:akool-video-archiver/akool-??????";

type Grants = Readonly<Record<string, readonly string[]>>;

const READ_SECRET: Grants = {
  [SECRET]: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
};
const ENTER = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:UpdateItem"];
/** Whoever may change a job enters it in the ledger as well. */
const ITEMS: Grants = { [JOBS]: ["dynamodb:GetItem", "dynamodb:UpdateItem"], [LEDGER]: ENTER };
const PUBLISH: Grants = { [BUS]: ["events:PutEvents"] };

/** What every function may do besides: write its own log and its traces. */
const runsAs = (name: string, grants: Grants): Grants => ({
  ...grants,
  [`<${name}Logs.Arn>`]: ["logs:CreateLogStream", "logs:PutLogEvents"],
  "*": [...(grants["*"] ?? []), "xray:PutTelemetryRecords", "xray:PutTraceSegments"],
});

const invoke = (name: string): Grants => ({
  [`<${name}Function.Arn>`]: ["lambda:InvokeFunction"],
  [`<${name}Function.Arn>:*`]: ["lambda:InvokeFunction"],
});

/** What a workflow needs for its log and its traces. */
const LOGS_AND_TRACES = [
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

/** Who may do what to what: every role of the stack, and everything that each may do. */
const TABLE: Readonly<Record<string, Grants>> = {
  CheckStatusRole: runsAs("CheckStatus", {
    ...ITEMS,
    ...PUBLISH,
    ...READ_SECRET,
    [EXECUTIONS]: ["states:DescribeExecution"],
  }),
  ArchiveVideoRole: runsAs("ArchiveVideo", {
    ...ITEMS,
    ...PUBLISH,
    ...READ_SECRET,
    [BUCKET]: ["s3:ListBucket", "s3:ListBucketMultipartUploads"],
    [VIDEOS]: [
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ],
  }),
  RecordFailureRole: runsAs("RecordFailure", { ...ITEMS, ...PUBLISH }),
  ExecutionEndedFunctionRole: runsAs("ExecutionEndedFunction", {
    ...ITEMS,
    ...PUBLISH,
    // The first two change nothing: CDK grants them along with sending.
    [DEAD_LETTERS]: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
  }),
  JobApiFunctionRole: runsAs("JobApiFunction", {
    [JOBS]: ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"],
    [BY_STATUS]: ["dynamodb:Query"],
    [BY_TIME]: ["dynamodb:Query"],
    [SUBMISSIONS]: ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:UpdateItem"],
    [BY_STATE]: ["dynamodb:Query"],
    [LEDGER]: [...ENTER, "dynamodb:Query"].sort(),
    ...PUBLISH,
    ...READ_SECRET,
    // For the links that it signs.
    [VIDEOS]: ["s3:GetObject"],
    [MACHINE]: ["states:StartExecution"],
    [EXECUTIONS]: ["states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"],
    // For the links to reports that it signs, and for the ids of a request.
    [RUNS]: ["s3:GetObject", "s3:PutObject"],
    [IMPORT_MACHINE]: ["states:ListExecutions", "states:StartExecution"],
    [`${IMPORTS}:*`]: ["states:DescribeExecution", "states:ListMapRuns"],
    [`${MAP_RUNS}:*`]: ["states:DescribeMapRun"],
  }),
  AkoolWebhookFunctionRole: runsAs("AkoolWebhookFunction", {
    ...ITEMS,
    [DELIVERIES]: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
    ...PUBLISH,
    ...READ_SECRET,
    [MACHINE]: ["states:StartExecution"],
    [EXECUTIONS]: ["states:DescribeExecution"],
    "*": ["states:SendTaskSuccess"],
  }),
  SweeperFunctionRole: runsAs("SweeperFunction", {
    ...ITEMS,
    [BY_SWEEP]: ["dynamodb:Query"],
    // For the ledger: jobs are counted by their status, and entries added up.
    [BY_STATUS]: ["dynamodb:Query"],
    [LEDGER]: [...ENTER, "dynamodb:Query"].sort(),
    // What is left of a job that ended without its video is deleted.
    [BUCKET]: ["s3:ListBucket", "s3:ListBucketMultipartUploads"],
    [VIDEOS]: [
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:GetObject",
    ],
    ...PUBLISH,
    [MACHINE]: ["states:StartExecution"],
    [EXECUTIONS]: ["states:DescribeExecution"],
  }),
  ImportsPlanImportRole: runsAs("ImportsPlanImport", {
    [LISTS]: ["s3:GetObject"],
    [RUNS]: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
  }),
  ImportsSubmitLinesRole: runsAs("ImportsSubmitLines", {
    ...ITEMS,
    ...PUBLISH,
    [MACHINE]: ["states:StartExecution"],
    [EXECUTIONS]: ["states:DescribeExecution"],
  }),
  ImportsSummarizeImportRole: runsAs("ImportsSummarizeImport", { [RUNS]: ["s3:GetObject"] }),
  // Deletion protection comes and goes with the stack.
  TableProtectionRole: {
    "<TableProtectionLogs.Arn>": ["logs:CreateLogStream", "logs:PutLogEvents"],
    [JOBS]: ["dynamodb:UpdateTable"],
    [SUBMISSIONS]: ["dynamodb:UpdateTable"],
    [LEDGER]: ["dynamodb:UpdateTable"],
  },
  // The import's workflow: its functions, its bucket, and itself for the batches.
  ImportsWorkflowStateMachineRole: {
    ...invoke("ImportsPlanImport"),
    ...invoke("ImportsSubmitLines"),
    ...invoke("ImportsSummarizeImport"),
    "arn:<AWS::Partition>:s3:::<ImportsFilesBucket>/*": [
      "s3:AbortMultipartUpload",
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ],
    [IMPORT_MACHINE]: ["states:StartExecution"],
    [`${IMPORTS}:*`]: ["states:DescribeExecution", "states:StopExecution"],
    [`${IMPORTS}/Lines:*`]: ["states:RedriveExecution"],
    "*": LOGS_AND_TRACES,
  },
  // The rule on requests by event.
  TrackingStateMachineEventsRole: { [MACHINE]: ["states:StartExecution"] },
  // The workflow itself.
  TrackingStateMachineRole: {
    [JOBS]: ["dynamodb:UpdateItem"],
    ...invoke("CheckStatus"),
    ...invoke("ArchiveVideo"),
    ...invoke("RecordFailure"),
    [DEAD_LETTERS]: ["sqs:SendMessage"],
    "*": LOGS_AND_TRACES,
  },
};

/** One line a permission, so that a difference names it. */
function linesOf(table: Readonly<Record<string, Grants>>): string[] {
  return Object.entries(table)
    .flatMap(([role, grants]) =>
      Object.entries(grants).flatMap(([resource, actions]) =>
        actions.map((action) => `${role}: ${action} on ${resource}`),
      ),
    )
    .toSorted();
}

describe("permissions", () => {
  it("are those of the table: none is missing there, none is missing here", () => {
    const granted = permissions.flatMap(({ role, actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => `${role}: ${action} on ${resource}`)),
    );

    expect([...new Set(granted)].toSorted()).toEqual(linesOf(TABLE));
  });

  it("are known for every role, and for no other", () => {
    const roles = Object.keys(template.findResources("AWS::IAM::Role")).map(withoutHash);

    expect(roles.toSorted()).toEqual(Object.keys(TABLE).toSorted());
  });
});

it("of PlanImport reach a further source below its prefix alone", () => {
  const configured = synthesizeTemplate({ archiver: { importSources: "my-lists/videos/" } });
  const granted = Object.values(configured.findResources("AWS::IAM::Policy"))
    .flatMap(permissionsOf)
    .filter(({ resources }) => resources.some((resource) => resource.includes("my-lists")));

  expect(granted).toEqual([
    {
      role: "ImportsPlanImportRole",
      actions: ["s3:GetObject"],
      resources: ["arn:<AWS::Partition>:s3:::my-lists/videos/*", LISTS],
    },
  ]);
});

describe("what a setting adds", () => {
  /** Permissions that are granted with these settings, and not without them. */
  function added(archiver: Record<string, unknown>) {
    const lines = (all: Permission[]) =>
      all.flatMap(({ role, actions, resources }) =>
        actions.flatMap((action) =>
          resources.map((resource) => `${role}: ${action} on ${resource}`),
        ),
      );
    const policies = synthesizeTemplate({ archiver }).findResources("AWS::IAM::Policy");
    const before = lines(permissions);
    return lines(Object.values(policies).flatMap(permissionsOf)).filter(
      (line) => !before.includes(line),
    );
  }

  it("for tags of objects is what S3 asks of who creates one with tags", () => {
    expect(added({ videoObjectTags: ["team"] })).toEqual([
      `ArchiveVideoRole: s3:PutObjectTagging on ${VIDEOS}`,
    ]);
  });

  it.each([
    { videoRetentionDays: 365 },
    { videoTransitions: [{ storageClass: "GLACIER", afterDays: 90 }] },
  ])("for videos that go is what the API needs to tell that one has gone: %j", (settings) => {
    expect(added(settings)).toEqual([`JobApiFunctionRole: s3:ListBucket on ${BUCKET}`]);
  });

  it.each([
    { videoKeyTemplate: "{yyyy}/{tag.team}/{videoModelId}" },
    { archiveStorageClass: "GLACIER_IR" },
    { videoTransitions: [{ storageClass: "GLACIER_IR", afterDays: 90 }] },
  ])("for %j is nothing", (settings) => {
    expect(added(settings)).toEqual([]);
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

    expect(roles.length).toBeGreaterThan(0);
    for (const { Properties } of roles) {
      expect(Properties).not.toHaveProperty("ManagedPolicyArns");
      expect(Properties).not.toHaveProperty("Policies");
    }
  });
});
