import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { ownFunctions } from "#test/support/own-functions.ts";
import { synthesizeTemplate } from "#test/support/synthesize.ts";

const FUNCTIONS = [
  "AkoolWebhook",
  "ArchiveVideo",
  "CheckStatus",
  "ExecutionEnded",
  "ImportsPlanImport",
  "ImportsSubmitLines",
  "ImportsSummarizeImport",
  "JobApi",
  "RecordFailure",
  "Sweeper",
];
/** Besides those of the functions: the two workflows', the HTTP API's access log, and CDK's helper's. */
const OTHER_LOGS = 4;

let template: Template;
beforeAll(() => {
  template = synthesizeTemplate();
});

describe("the job table", () => {
  it("is keyed by AKOOL's id alone, on demand, with expiry by expiresAt", () => {
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      KeySchema: [{ AttributeName: "videoModelId", KeyType: "HASH" }],
      AttributeDefinitions: Match.arrayWith([
        { AttributeName: "videoModelId", AttributeType: "S" },
        { AttributeName: "statusShard", AttributeType: "S" },
        { AttributeName: "listKey", AttributeType: "S" },
        { AttributeName: "timeShard", AttributeType: "S" },
      ]),
      BillingMode: "PAY_PER_REQUEST",
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
  });

  it.each([
    ["byStatus", "statusShard"],
    ["byTime", "timeShard"],
  ])("lists jobs %s in eight partitions, newest or oldest first", (IndexName, AttributeName) => {
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      GlobalSecondaryIndexes: Match.arrayWith([
        {
          IndexName,
          KeySchema: [
            { AttributeName, KeyType: "HASH" },
            { AttributeName: "listKey", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ]),
    });
  });
});

describe("the submission table", () => {
  it("is keyed by the idempotency key, on demand, with expiry by expiresAt", () => {
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      KeySchema: [{ AttributeName: "idempotencyKey", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [Match.objectLike({ IndexName: "byState" })],
      BillingMode: "PAY_PER_REQUEST",
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
  });
});

describe("the ledger's table", () => {
  it("is on demand, restorable to a point in time, and has no index", () => {
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: Match.absent(),
      BillingMode: "PAY_PER_REQUEST",
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      Replicas: [
        Match.objectLike({
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ],
    });
  });
});

describe("the table of webhook deliveries", () => {
  it("is keyed by the delivery, on demand, forgets by expiresAt, and goes with the stack", () => {
    template.hasResource("AWS::DynamoDB::GlobalTable", {
      DeletionPolicy: "Delete",
      UpdateReplacePolicy: "Delete",
      Properties: {
        KeySchema: [{ AttributeName: "deliveryId", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "deliveryId", AttributeType: "S" }],
        GlobalSecondaryIndexes: Match.absent(),
        BillingMode: "PAY_PER_REQUEST",
        TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
        Replicas: [Match.objectLike({ PointInTimeRecoverySpecification: Match.absent() })],
      },
    });
  });
});

describe("every other table", () => {
  it.each(["videoModelId", "idempotencyKey"])(
    "can be restored to any moment and outlives the stack: the one keyed by %s",
    (AttributeName) => {
      template.hasResource("AWS::DynamoDB::GlobalTable", {
        DeletionPolicy: "RetainExceptOnCreate",
        UpdateReplacePolicy: "Retain",
        Properties: {
          KeySchema: [{ AttributeName, KeyType: "HASH" }],
          Replicas: [
            Match.objectLike({
              PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            }),
          ],
        },
      });
    },
  );

  it("is none: there are four in all", () => {
    template.resourceCountIs("AWS::DynamoDB::GlobalTable", 4);
  });
});

describe("the load on AKOOL", () => {
  it("has no ceiling by itself: an account may have no concurrency to reserve", () => {
    template.allResourcesProperties("AWS::Lambda::Function", {
      ReservedConcurrentExecutions: Match.absent(),
    });
  });

  it("has the ceilings that are configured, each on its function alone", () => {
    const changed = synthesizeTemplate({
      archiver: { akoolConcurrency: 50, archiveConcurrency: 60, webhookConcurrency: 70 },
    });

    for (const [ceiling, name] of [
      [50, /^CheckStatusFunction/],
      [60, /^ArchiveVideoFunction/],
      [70, /^AkoolWebhookFunction/],
    ] as const) {
      const limited = changed.findResources("AWS::Lambda::Function", {
        Properties: { ReservedConcurrentExecutions: ceiling },
      });
      expect(Object.keys(limited)).toEqual([expect.stringMatching(name)]);
    }
  });
});

describe("the video bucket", () => {
  it("is private, encrypted, versioned, and outlives the stack", () => {
    template.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
          ],
        },
        VersioningConfiguration: { Status: "Enabled" },
      },
    });
  });

  it("drops what died half way after a day and old versions after 30", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: {
        Rules: [
          {
            Status: "Enabled",
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          },
        ],
      },
    });
  });

  it.each([
    { Bool: { "aws:SecureTransport": "false" } },
    { NumericLessThan: { "s3:TlsVersion": 1.2 } },
  ])("refuses everything when %j", (Condition) => {
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Action: "s3:*", Principal: { AWS: "*" }, Condition }),
        ]),
      },
    });
  });
});

describe("every function", () => {
  it("is one of the three of the workflow, or of the four beside it", () => {
    const logicalIds = Object.keys(ownFunctions(template));
    const names = logicalIds.map((id) => id.replace(/Function[0-9A-F]{8}$/, ""));

    expect(names.toSorted()).toEqual(FUNCTIONS);
  });

  it("runs Node 24 on arm64, is traced, and logs JSON into a group of its own", () => {
    for (const [id, { Properties }] of Object.entries(ownFunctions(template))) {
      expect(Properties, id).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        TracingConfig: { Mode: "Active" },
        LoggingConfig: { LogFormat: "JSON", LogGroup: { Ref: expect.stringMatching("Logs") } },
      });
    }
  });

  it.each([
    ["CheckStatus", 256, 30],
    ["ArchiveVideo", 1024, 900],
    ["RecordFailure", 256, 15],
    ["ExecutionEnded", 256, 30],
    ["JobApi", 512, 29],
    ["AkoolWebhook", 256, 15],
    ["Sweeper", 512, 240],
  ])("%s has %i MiB and %i seconds", (name, MemorySize, Timeout) => {
    const functions = template.findResources("AWS::Lambda::Function", {
      Properties: { MemorySize, Timeout },
    });

    expect(Object.keys(functions)).toContainEqual(expect.stringMatching(`^${name}Function`));
  });

  it("is told resources by reference and settings by value", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Timeout: 900,
      Environment: {
        Variables: {
          LOG_LEVEL: "INFO",
          POWERTOOLS_SERVICE_NAME: "AkoolVideoArchiver",
          POWERTOOLS_METRICS_NAMESPACE: "AkoolVideoArchiver",
          JOB_TABLE_NAME: { Ref: Match.stringLikeRegexp("^JobsTable") },
          EVENT_BUS_NAME: { Ref: Match.stringLikeRegexp("^EventsBus") },
          VIDEO_BUCKET_NAME: { Ref: Match.stringLikeRegexp("^VideosBucket") },
          AKOOL_BASE_URL: "https://openapi.akool.com/api/open",
          AKOOL_SECRET_NAME: "akool-video-archiver/akool",
          DOWNLOAD_ALLOWED_HOSTS: ".cloudfront.net,.akool.com",
          MAX_VIDEO_BYTES: "5368709120",
          VIDEO_KEY_TEMPLATE: "{videoModelId}",
          VIDEO_STORAGE_CLASS: "STANDARD",
          FINISHED_JOB_RETENTION_DAYS: "0",
          LEDGER_TABLE_NAME: { Ref: Match.stringLikeRegexp("^LedgerTable") },
        },
      },
    });
  });
});

describe("logs", () => {
  it("are kept for 90 days, of the functions, of the workflow, and of the HTTP API", () => {
    template.resourceCountIs("AWS::Logs::LogGroup", FUNCTIONS.length + OTHER_LOGS);
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 90 });
  });
});

describe("the stack", () => {
  it.each([
    ["StateMachineArn", /^TrackingStateMachine/],
    ["TableName", /^JobsTable/],
    ["SubmissionTableName", /^SubmissionsTable/],
    ["LedgerTableName", /^LedgerTable/],
    ["BucketName", /^VideosBucket/],
    ["EventBusName", /^EventsBus/],
    ["DeadLetterQueueUrl", /^DeadLettersQueue/],
  ])("puts out %s", (name, logicalId) => {
    const { Value } = template.findOutputs(name)[name] ?? {};

    expect(Value).toEqual({ Ref: expect.stringMatching(logicalId) });
  });
});

describe("settings", () => {
  it("reach the functions and the logs", () => {
    const changed = synthesizeTemplate({
      archiver: { pollMinSeconds: 10, logRetentionDays: 7, akoolSecretName: "other" },
    });

    changed.hasResourceProperties("AWS::Lambda::Function", {
      Environment: {
        Variables: Match.objectLike({ POLL_MIN_SECONDS: "10", AKOOL_SECRET_NAME: "other" }),
      },
    });
    changed.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 7 });
  });

  it("let the records and the videos go with the stack", () => {
    const changed = synthesizeTemplate({ "archiver.removalPolicy": "destroy" });

    changed.allResources("AWS::DynamoDB::GlobalTable", { DeletionPolicy: "Delete" });
    changed.hasResource("AWS::S3::Bucket", { DeletionPolicy: "Delete" });
    changed.resourceCountIs("Custom::S3AutoDeleteObjects", 2);
  });
});
