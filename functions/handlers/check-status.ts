import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createDurationStore } from "#aws/duration-store.ts";
import { createExecutions } from "#aws/executions.ts";
import { createEventPublisher } from "#aws/publish-events.ts";
import { createRateLimitStore } from "#aws/rate-limit-store.ts";
import { akoolClientOf } from "#runtime/akool-client.ts";
import { checkStatusEnvironment, readEnvironment } from "#runtime/environment.ts";
import { logger, meter, taskHandler } from "#runtime/handler.ts";
import { jobStoreOf } from "#runtime/job-store.ts";
import { ledgerOf } from "#runtime/ledger.ts";
import { checkTaskSchema, trackingLogKeys } from "#runtime/tracking-task.ts";
import { checkJob } from "#use-cases/tracking/check-job.ts";
import { createLedgerWriter } from "#use-cases/tracking/enter-in-ledger.ts";
import { createLearnedDurations } from "#use-cases/tracking/learned-durations.ts";
import { createSharedRateLimit } from "#use-cases/tracking/shared-rate-limit.ts";

const env = readEnvironment(checkStatusEnvironment);

const dynamoDb = new DynamoDBClient();
const poll = { minSeconds: env.POLL_MIN_SECONDS, maxSeconds: env.POLL_MAX_SECONDS };

const ambient = { now: Date.now, random: Math.random, log: logger };

const dependencies = {
  ...ambient,
  store: jobStoreOf(env, dynamoDb),
  enterInLedger: createLedgerWriter(ledgerOf(env, dynamoDb)),
  durations: createLearnedDurations(
    { ...ambient, durations: createDurationStore(dynamoDb, env.JOB_TABLE_NAME) },
    { ...poll, acceptableDelaySeconds: env.ACCEPTABLE_DELAY_SECONDS },
  ),
  rateLimit: createSharedRateLimit({
    ...ambient,
    rateLimits: createRateLimitStore(dynamoDb, env.JOB_TABLE_NAME),
    meter,
  }),
  akool: akoolClientOf(env),
  executions: createExecutions(new SFNClient()),
  publish: createEventPublisher(new EventBridgeClient()),
  eventBusName: env.EVENT_BUS_NAME,
};

const policy = {
  poll,
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
  webhookUrl: env.WEBHOOK_URL,
};

/** The workflow's CheckStatus task: one poll of AKOOL, recorded. */
export const handler = taskHandler(checkTaskSchema, trackingLogKeys, (input) =>
  checkJob(dependencies, policy, input),
);
