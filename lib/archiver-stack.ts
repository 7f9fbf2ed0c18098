import { CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import type { ArchiverConfig } from "#lib/config-schema.ts";
import { DeadLetterQueue } from "#lib/dead-letter-queue.ts";
import { JobEventBus } from "#lib/event-bus.ts";
import { EventSchemas } from "#lib/event-schemas.ts";
import { ExecutionEnded } from "#lib/execution-ended.ts";
import { environmentFor, jobApiEnvironment } from "#lib/function-environment.ts";
import { JobApi } from "#lib/job-api.ts";
import { JobTable } from "#lib/job-table.ts";
import { SubmissionTable } from "#lib/submission-table.ts";
import { trackingFunctions } from "#lib/tracking-functions.ts";
import { TrackingWorkflow } from "#lib/tracking-workflow.ts";
import { VideoBucket } from "#lib/video-bucket.ts";

/** The whole archiver: records, videos, events, the workflow that ties them together, its doors. */
export class ArchiverStack extends Stack {
  constructor(scope: Construct, id: string, config: ArchiverConfig) {
    super(scope, id, {
      description: "Follows AKOOL video jobs and archives every finished video",
    });
    const removalPolicy =
      config.removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const logRetention = config.logRetentionDays;
    const jobs = new JobTable(this, "Jobs", { removalPolicy });
    const submissions = new SubmissionTable(this, "Submissions", { removalPolicy });
    const videos = new VideoBucket(this, "Videos", { removalPolicy });
    const events = new JobEventBus(this, "Events", {
      existingBusName: config.eventBusName,
      archiveDays: config.eventArchiveDays,
    });
    const deadLetters = new DeadLetterQueue(this, "DeadLetters");
    new EventSchemas(this, "EventSchemas");

    const names = {
      jobTableName: jobs.table.tableName,
      eventBusName: events.bus.eventBusName,
      videoBucketName: videos.bucket.bucketName,
    };
    const environment = environmentFor(config, names);
    const { checkStatus, archiveVideo, recordFailure } = trackingFunctions(
      this,
      environment,
      logRetention,
    );
    const workflow = new TrackingWorkflow(this, "Tracking", {
      functions: {
        checkStatus: checkStatus.function,
        archiveVideo: archiveVideo.function,
        recordFailure: recordFailure.function,
      },
      events,
      refusals: deadLetters.queue,
      logRetention,
    });
    const { stateMachine } = workflow;
    events.startOnRequest(stateMachine, deadLetters);
    const executionEnded = new ExecutionEnded(this, "ExecutionEnded", {
      stateMachine,
      environment: environment.executionEnded,
      deadLetters,
      logRetention,
    });
    const api = new JobApi(this, "JobApi", {
      config,
      environment: jobApiEnvironment(config, {
        ...names,
        submissionTableName: submissions.table.tableName,
        stateMachineArn: stateMachine.stateMachineArn,
      }),
    });

    for (const { role } of [checkStatus, archiveVideo, recordFailure, executionEnded, api]) {
      jobs.grantItemAccess(role);
    }
    const secret = Secret.fromSecretNameV2(this, "AkoolSecret", config.akoolSecretName);
    for (const { role } of [checkStatus, archiveVideo, api]) secret.grantRead(role);
    videos.grantArchiving(archiveVideo.role);
    workflow.grantDescribeExecutions(checkStatus.role);
    events.grantAnnouncing(executionEnded.role);
    jobs.grantListing(api.role);
    submissions.grantItemAccess(api.role);
    videos.grantLinking(api.role);
    workflow.grantControl(api.role);

    new CfnOutput(this, "ApiUrl", { value: api.url });
    new CfnOutput(this, "StateMachineArn", { value: stateMachine.stateMachineArn });
    new CfnOutput(this, "TableName", { value: jobs.table.tableName });
    new CfnOutput(this, "SubmissionTableName", { value: submissions.table.tableName });
    new CfnOutput(this, "BucketName", { value: videos.bucket.bucketName });
    new CfnOutput(this, "EventBusName", { value: events.bus.eventBusName });
    new CfnOutput(this, "DeadLetterQueueUrl", { value: deadLetters.queue.queueUrl });
  }
}
