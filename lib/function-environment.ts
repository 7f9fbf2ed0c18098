import type {
  AkoolWebhookVariables,
  ArchiveVideoVariables,
  CheckStatusVariables,
  ExecutionEndedVariables,
  JobApiVariables,
  PlanImportVariables,
  RecordFailureVariables,
  SubmitLinesVariables,
  SweepVariables,
} from "#runtime/environment.ts";
import type { ArchiverConfig } from "./config-schema.ts";
import { mayBecomeUnreadable } from "./storage-rules.ts";

/** The stack's own resources that functions are told about, by name. */
export interface ResourceNames {
  readonly jobTableName: string;
  readonly ledgerTableName: string;
  readonly eventBusName: string;
  readonly videoBucketName: string;
  /** Where AKOOL's webhooks reach this deployment. */
  readonly webhookUrl: string;
}

/** The environment variables of the tracking functions; one that is forgotten does not compile. */
export interface FunctionEnvironments {
  readonly checkStatus: CheckStatusVariables;
  readonly archiveVideo: ArchiveVideoVariables;
  readonly recordFailure: RecordFailureVariables;
  readonly executionEnded: ExecutionEndedVariables;
}

/** What the HTTP API's function is told about besides. */
export interface ApiResourceNames extends ResourceNames {
  readonly submissionTableName: string;
  readonly stateMachineArn: string;
  readonly importBucketName: string;
  readonly importStateMachineArn: string;
  /** `bucket/prefix`, separated by commas. */
  readonly importSources: string;
  /** What holds users of the hosted console to what they may do; nothing where there is none. */
  readonly console?: ConsoleVariables | undefined;
}

type ConsoleVariables = Pick<JobApiVariables, Extract<keyof JobApiVariables, `CONSOLE_${string}`>>;

/** What the functions of an import are told about. */
export interface ImportResourceNames extends ResourceNames {
  readonly stateMachineArn: string;
  readonly importBucketName: string;
}

/** What the webhook's function is told about besides. */
export interface WebhookResourceNames extends ResourceNames {
  readonly deliveryTableName: string;
  readonly stateMachineArn: string;
}

/**
 * Environment variables that every function has.
 *
 * @param stackName in every line of the log, and namespace and one dimension of every metric: two
 *   stacks in an account do not share their series
 */
export function commonEnvironment(stackName: string) {
  return {
    LOG_LEVEL: "INFO",
    POWERTOOLS_SERVICE_NAME: stackName,
    POWERTOOLS_METRICS_NAMESPACE: stackName,
  };
}

/**
 * The one place where settings and resource names become the environment variables that the
 * functions read; {@link jobApiEnvironment}, {@link webhookEnvironment}, {@link sweeperEnvironment} and
 * {@link importEnvironments} have those of the functions that stand outside the workflow.
 *
 * @returns the variables of each function, without {@link commonEnvironment}
 */
export function environmentFor(config: ArchiverConfig, names: ResourceNames): FunctionEnvironments {
  const record = recordVariables(config, names);
  return {
    checkStatus: {
      ...record,
      ...akoolVariables(config),
      ...deadlineVariable(config),
      POLL_MIN_SECONDS: String(config.pollMinSeconds),
      POLL_MAX_SECONDS: String(config.pollMaxSeconds),
      ...acceptableDelayVariable(config),
      WEBHOOK_URL: names.webhookUrl,
    },
    archiveVideo: {
      ...record,
      ...akoolVariables(config),
      VIDEO_BUCKET_NAME: names.videoBucketName,
      DOWNLOAD_ALLOWED_HOSTS: config.downloadAllowedHosts,
      MAX_VIDEO_BYTES: String(config.maxVideoBytes),
      VIDEO_KEY_TEMPLATE: config.videoKeyTemplate,
      VIDEO_STORAGE_CLASS: config.archiveStorageClass,
      ...objectTagsVariable(config),
    },
    recordFailure: { ...record, ...deadlineVariable(config) },
    executionEnded: { ...record, ...deadlineVariable(config) },
  };
}

/**
 * The variables of the HTTP API's function. Apart from the others, since it is told the machine,
 * which is made of them.
 */
export function jobApiEnvironment(
  config: ArchiverConfig,
  names: ApiResourceNames,
): JobApiVariables {
  return {
    ...recordVariables(config, names),
    ...akoolVariables(config),
    ...deadlineVariable(config),
    SUBMISSION_TABLE_NAME: names.submissionTableName,
    VIDEO_BUCKET_NAME: names.videoBucketName,
    STATE_MACHINE_ARN: names.stateMachineArn,
    VIDEO_URL_SECONDS: String(config.videoUrlSeconds),
    VIDEO_LINKS_CHECKED: `${mayBecomeUnreadable(config)}`,
    WEBHOOK_URL: names.webhookUrl,
    IMPORT_BUCKET_NAME: names.importBucketName,
    IMPORT_STATE_MACHINE_ARN: names.importStateMachineArn,
    IMPORT_SOURCES: names.importSources,
    ...names.console,
    ...budgetVariables(config),
    CREDIT_BUDGET_STOPS_SWAPS: `${config.creditBudgetStopsSwaps}`,
  };
}

/** The variables of the functions that import. */
export function importEnvironments(
  config: ArchiverConfig,
  names: ImportResourceNames,
): { planImport: PlanImportVariables; submitLines: SubmitLinesVariables } {
  return {
    planImport: { IMPORT_BUCKET_NAME: names.importBucketName },
    submitLines: {
      ...recordVariables(config, names),
      ...deadlineVariable(config),
      STATE_MACHINE_ARN: names.stateMachineArn,
    },
  };
}

/** The variables of the sweeper, which is told the machine as well. */
export function sweeperEnvironment(
  config: ArchiverConfig,
  names: ResourceNames & { readonly stateMachineArn: string },
): SweepVariables & Record<`AWS_${string}`, string> {
  return {
    ...recordVariables(config, names),
    ...deadlineVariable(config),
    STATE_MACHINE_ARN: names.stateMachineArn,
    VIDEO_BUCKET_NAME: names.videoBucketName,
    ...budgetVariables(config),
    // It asks about many executions, of which an account may ask few a second: its clients then ask as
    // often as they are let. By the environment, so that tests can turn repetitions off.
    AWS_RETRY_MODE: "adaptive",
    AWS_MAX_ATTEMPTS: "10",
  };
}

/** The variables of the webhook's function, which is told the machine as well. */
export function webhookEnvironment(
  config: ArchiverConfig,
  names: WebhookResourceNames,
): AkoolWebhookVariables {
  return {
    ...recordVariables(config, names),
    ...deadlineVariable(config),
    AKOOL_SECRET_NAME: config.akoolSecretName,
    DELIVERY_TABLE_NAME: names.deliveryTableName,
    STATE_MACHINE_ARN: names.stateMachineArn,
    WEBHOOK_WINDOW_HOURS: String(config.webhookWindowHours),
    WEBHOOK_STARTS_TRACKING: `${config.webhookStartsTracking}`,
  };
}

const recordVariables = (config: ArchiverConfig, names: ResourceNames) => ({
  JOB_TABLE_NAME: names.jobTableName,
  EVENT_BUS_NAME: names.eventBusName,
  FINISHED_JOB_RETENTION_DAYS: String(config.finishedJobRetentionDays),
  LEDGER_TABLE_NAME: names.ledgerTableName,
  ...(config.ledgerTags !== undefined && { LEDGER_TAGS: config.ledgerTags }),
});

const budgetVariables = (config: ArchiverConfig) =>
  config.creditBudget === undefined
    ? {}
    : {
        CREDIT_BUDGET: String(config.creditBudget),
        CREDIT_BUDGET_PER: config.creditBudgetPer,
        CREDIT_BUDGET_WARN_AT: config.creditBudgetWarnAt,
      };

const akoolVariables = (config: ArchiverConfig) => ({
  AKOOL_BASE_URL: config.akoolBaseUrl,
  AKOOL_SECRET_NAME: config.akoolSecretName,
});

const acceptableDelayVariable = ({ acceptableDelaySeconds }: ArchiverConfig) =>
  acceptableDelaySeconds === undefined
    ? {}
    : { ACCEPTABLE_DELAY_SECONDS: String(acceptableDelaySeconds) };

const objectTagsVariable = ({ videoObjectTags }: ArchiverConfig) =>
  videoObjectTags.length === 0 ? {} : { VIDEO_OBJECT_TAGS: videoObjectTags.join(",") };

const deadlineVariable = (config: ArchiverConfig) => ({
  TRACKING_DEADLINE_HOURS: String(config.trackingDeadlineHours),
});
