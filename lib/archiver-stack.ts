import { CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import type { ArchiverConfig } from "#lib/config-schema.ts";
import { JobEventBus } from "#lib/event-bus.ts";
import { environmentFor } from "#lib/function-environment.ts";
import { JobTable } from "#lib/job-table.ts";
import { LambdaFunction } from "#lib/lambda-function.ts";
import { TrackingWorkflow } from "#lib/tracking-workflow.ts";
import { VideoBucket } from "#lib/video-bucket.ts";

/** The whole archiver: record, videos, events, and the workflow that ties them together. */
export class ArchiverStack extends Stack {
  constructor(scope: Construct, id: string, config: ArchiverConfig) {
    super(scope, id, {
      description: "Follows AKOOL video jobs and archives every finished video",
    });
    const removalPolicy =
      config.removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const jobs = new JobTable(this, "Jobs", { removalPolicy });
    const videos = new VideoBucket(this, "Videos", { removalPolicy });
    const events = new JobEventBus(this, "Events");

    const logRetention = config.logRetentionDays;
    const environment = environmentFor(config, {
      jobTableName: jobs.table.tableName,
      eventBusName: events.bus.eventBusName,
      videoBucketName: videos.bucket.bucketName,
    });
    const checkStatus = new LambdaFunction(this, "CheckStatus", {
      entry: "check-status.ts",
      description: "Asks AKOOL once for a job's state and records what it saw",
      environment: environment.checkStatus,
      memoryMib: 256,
      timeout: Duration.seconds(30),
      logRetention,
    });
    const archiveVideo = new LambdaFunction(this, "ArchiveVideo", {
      entry: "archive-video.ts",
      description: "Copies a finished video into the bucket",
      environment: environment.archiveVideo,
      memoryMib: 1024,
      timeout: Duration.minutes(15),
      logRetention,
    });
    const recordFailure = new LambdaFunction(this, "RecordFailure", {
      entry: "record-failure.ts",
      description: "Puts the reason of a failure on a job's record",
      environment: environment.recordFailure,
      memoryMib: 256,
      timeout: Duration.seconds(15),
      logRetention,
    });
    const workflow = new TrackingWorkflow(this, "Tracking", {
      functions: {
        checkStatus: checkStatus.function,
        archiveVideo: archiveVideo.function,
        recordFailure: recordFailure.function,
      },
      eventBus: events.bus,
      logRetention,
    });

    for (const { role } of [checkStatus, archiveVideo, recordFailure]) jobs.grantItemAccess(role);
    const secret = Secret.fromSecretNameV2(this, "AkoolSecret", config.akoolSecretName);
    for (const { role } of [checkStatus, archiveVideo]) secret.grantRead(role);
    videos.grantArchiving(archiveVideo.role);
    workflow.grantDescribeExecutions(checkStatus.role);

    new CfnOutput(this, "StateMachineArn", { value: workflow.stateMachine.stateMachineArn });
    new CfnOutput(this, "TableName", { value: jobs.table.tableName });
    new CfnOutput(this, "BucketName", { value: videos.bucket.bucketName });
    new CfnOutput(this, "EventBusName", { value: events.bus.eventBusName });
  }
}
