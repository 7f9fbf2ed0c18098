import { CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { AkoolWebhook } from "./akool-webhook.ts";
import type { ArchiverConfig } from "./config-schema.ts";
import { HostedConsole } from "./console/hosted-console.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { DeliveryTable } from "./delivery-table.ts";
import { JobEventBus } from "./event-bus.ts";
import { EventSchemas } from "./event-schemas.ts";
import { ExecutionEnded } from "./execution-ended.ts";
import {
  environmentFor,
  jobApiEnvironment,
  sweeperEnvironment,
  webhookEnvironment,
} from "./function-environment.ts";
import { Imports } from "./imports.ts";
import { JobApi } from "./job-api.ts";
import { JobTable } from "./job-table.ts";
import { LedgerTable } from "./ledger-table.ts";
import { Monitoring } from "./monitoring.ts";
import { hasEventArchive, hasSchemaRegistry } from "./regions.ts";
import { SubmissionTable } from "./submission-table.ts";
import { Sweeper } from "./sweeper.ts";
import { TableProtection } from "./table-protection.ts";
import { trackingFunctions } from "./tracking-functions.ts";
import { TrackingWorkflow } from "./tracking-workflow.ts";
import { VideoBucket } from "./video-bucket.ts";

/** The whole archiver: records, videos, events, the workflow that ties them together, its routes. */
export class ArchiverStack extends Stack {
  /**
   * @param region where the stack is about to be deployed, if that is known; it decides what is left
   *   out because the region does not have it
   */
  constructor(scope: Construct, id: string, config: ArchiverConfig, region?: string) {
    const retained = config.removalPolicy === "retain";
    super(scope, id, {
      description: "Follows AKOOL video jobs and archives every finished video",
      terminationProtection: retained,
    });
    // Except on create: a first deployment that fails must not leave empty tables and buckets behind.
    const removalPolicy = retained
      ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
      : RemovalPolicy.DESTROY;
    const logRetention = config.logRetentionDays;
    const jobs = new JobTable(this, "Jobs", { removalPolicy });
    const submissions = new SubmissionTable(this, "Submissions", { removalPolicy });
    const ledger = new LedgerTable(this, "Ledger", { removalPolicy });
    const deliveries = new DeliveryTable(this, "Deliveries");
    const videos = new VideoBucket(this, "Videos", { removalPolicy, config });
    const events = new JobEventBus(this, "Events", {
      existingBusName: config.eventBusName,
      archiveDays:
        (config.eventArchive ?? hasEventArchive(region)) ? config.eventArchiveDays : undefined,
    });
    const deadLetters = new DeadLetterQueue(this, "DeadLetters");
    if (config.schemaRegistry ?? hasSchemaRegistry(region)) new EventSchemas(this, "EventSchemas");
    if (retained) {
      const tables = { Jobs: jobs.table, Submissions: submissions.table, Ledger: ledger.table };
      new TableProtection(this, "TableProtection", tables, logRetention);
    }
    const api = new JobApi(this, "JobApi", config);

    const names = {
      jobTableName: jobs.table.tableName,
      ledgerTableName: ledger.table.tableName,
      eventBusName: events.bus.eventBusName,
      videoBucketName: videos.bucket.bucketName,
      webhookUrl: api.webhookUrl,
    };
    const environment = environmentFor(config, names);
    const { checkStatus, archiveVideo, recordFailure } = trackingFunctions(
      this,
      environment,
      config,
    );
    const workflow = new TrackingWorkflow(this, "Tracking", {
      functions: {
        checkStatus: checkStatus.function,
        archiveVideo: archiveVideo.function,
        recordFailure: recordFailure.function,
      },
      jobs,
      refusals: deadLetters.queue,
      logRetention,
    });
    const { stateMachine } = workflow;
    const { stateMachineArn } = stateMachine;
    events.startOnRequest(stateMachine, deadLetters);
    const executionEnded = new ExecutionEnded(this, "ExecutionEnded", {
      stateMachine,
      environment: environment.executionEnded,
      deadLetters,
      logRetention,
    });
    const imports = new Imports(this, "Imports", {
      config,
      names: { ...names, stateMachineArn },
      removalPolicy,
    });
    const hosted = config.console
      ? new HostedConsole(this, "Console", {
          config,
          removalPolicy,
          videos: videos.bucket,
        })
      : undefined;
    const jobApi = api.answerRoutes(
      config,
      jobApiEnvironment(config, {
        ...names,
        submissionTableName: submissions.table.tableName,
        stateMachineArn,
        importBucketName: imports.imports.bucket.bucketName,
        importStateMachineArn: imports.workflow.stateMachine.stateMachineArn,
        importSources: imports.sources,
        console: hosted?.environment(),
      }),
    );
    hosted?.answerRoutes(jobApi);
    const webhook = new AkoolWebhook(this, "AkoolWebhook", {
      api,
      config,
      environment: webhookEnvironment(config, {
        ...names,
        deliveryTableName: deliveries.table.tableName,
        stateMachineArn,
      }),
    });
    const sweeper = new Sweeper(this, "Sweeper", {
      environment: sweeperEnvironment(config, { ...names, stateMachineArn }),
      logRetention,
    });
    new Monitoring(this, "Monitoring", {
      functions: {
        CheckStatus: checkStatus,
        ArchiveVideo: archiveVideo,
        RecordFailure: recordFailure,
        ExecutionEnded: executionEnded.handler,
        JobApi: jobApi,
        AkoolWebhook: webhook.handler,
        Sweeper: sweeper.handler,
        ...imports.functions,
      },
      tables: {
        jobs: jobs.table,
        submissions: submissions.table,
        deliveries: deliveries.table,
        ledger: ledger.table,
      },
      stateMachine,
      importStateMachine: imports.workflow.stateMachine,
      deadLetters: deadLetters.queue,
      apis: [api.api, ...(hosted === undefined ? [] : [hosted.api.api])],
      pollMaxSeconds: config.pollMaxSeconds,
      limitedFunctions: limitedFunctions(config),
      hasBudget: config.creditBudget !== undefined,
      runbookUrl: config.runbookUrl,
      alarmEmail: config.alarmEmail,
      slack:
        config.slackWorkspaceId === undefined || config.slackChannelId === undefined
          ? undefined
          : { workspaceId: config.slackWorkspaceId, channelId: config.slackChannelId },
      alarmTopicArn: config.alarmTopicArn,
    });

    const writers = [checkStatus, archiveVideo, recordFailure, executionEnded, jobApi, webhook];
    const recorders = [...[...writers, sweeper].map(({ role }) => role), imports.submitRole];
    for (const role of recorders) {
      jobs.grantItemAccess(role);
      ledger.grantEntering(role);
    }
    events.grantPublishing(imports.submitRole);
    workflow.grantStarting(imports.submitRole);
    imports.grantApi(jobApi.role);
    const secret = Secret.fromSecretNameV2(this, "AkoolSecret", config.akoolSecretName);
    for (const { role } of [checkStatus, archiveVideo, jobApi, webhook]) secret.grantRead(role);
    videos.grantArchiving(archiveVideo.role);
    workflow.grantDescribeExecutions(checkStatus.role);
    for (const { role } of [...writers, sweeper]) events.grantPublishing(role);
    jobs.grantListing(jobApi.role);
    submissions.grantItemAccess(jobApi.role);
    submissions.grantListing(jobApi.role);
    ledger.grantReading(jobApi.role);
    videos.grantLinking(jobApi.role);
    workflow.grantControl(jobApi.role);
    deliveries.grantItemAccess(webhook.role);
    workflow.grantStarting(webhook.role);
    workflow.grantWaking(webhook.role);
    jobs.grantSweeping(sweeper.role);
    jobs.grantCounting(sweeper.role);
    ledger.grantReading(sweeper.role);
    workflow.grantStarting(sweeper.role);
    videos.grantDeletingLeftovers(sweeper.role);

    this.putOut({
      ApiUrl: api.url,
      WebhookUrl: api.webhookUrl,
      StateMachineArn: stateMachineArn,
      TableName: jobs.table.tableName,
      SubmissionTableName: submissions.table.tableName,
      LedgerTableName: ledger.table.tableName,
      BucketName: videos.bucket.bucketName,
      ImportStateMachineArn: imports.workflow.stateMachine.stateMachineArn,
      ImportBucketName: imports.imports.bucket.bucketName,
      EventBusName: events.bus.eventBusName,
      DeadLetterQueueUrl: deadLetters.queue.queueUrl,
      AkoolSecretName: config.akoolSecretName,
      ...hosted?.outputs(),
    });
  }

  private putOut(outputs: Record<string, string>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

/** Functions whose ceiling is configured: that they are throttled is what it is for. */
function limitedFunctions(config: ArchiverConfig): ReadonlySet<string> {
  const ceilings = {
    CheckStatus: config.akoolConcurrency,
    ArchiveVideo: config.archiveConcurrency,
    AkoolWebhook: config.webhookConcurrency,
  };
  const set = Object.entries(ceilings).filter(([, ceiling]) => ceiling !== undefined);
  return new Set(set.map(([name]) => name));
}
