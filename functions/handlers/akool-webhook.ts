import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createCallbacks } from "#aws/callbacks.ts";
import { createDeliveryStore } from "#aws/delivery-store.ts";
import { createTrackingExecutions } from "#aws/executions.ts";
import { createEventPublisher } from "#aws/publish-events.ts";
import { webhookHandler } from "#http/webhook-handler.ts";
import { webhookCredentialsOf } from "#runtime/akool-credentials.ts";
import { akoolWebhookEnvironment, readEnvironment } from "#runtime/environment.ts";
import { logger, meter } from "#runtime/handler.ts";
import { jobStoreOf } from "#runtime/job-store.ts";
import { ledgerOf } from "#runtime/ledger.ts";
import { createLedgerWriter } from "#use-cases/tracking/enter-in-ledger.ts";
import { receiveWebhook } from "#use-cases/webhook/receive-webhook.ts";

const env = readEnvironment(akoolWebhookEnvironment);
const dynamoDb = new DynamoDBClient();
const sfn = new SFNClient();

const dependencies = {
  store: jobStoreOf(env, dynamoDb),
  enterInLedger: createLedgerWriter(ledgerOf(env, dynamoDb)),
  deliveries: createDeliveryStore(dynamoDb, env.DELIVERY_TABLE_NAME),
  executions: createTrackingExecutions(sfn, env.STATE_MACHINE_ARN),
  callbacks: createCallbacks(sfn),
  credentials: webhookCredentialsOf(env),
  publish: createEventPublisher(new EventBridgeClient()),
  eventBusName: env.EVENT_BUS_NAME,
  now: Date.now,
  log: logger,
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
  windowMs: env.WEBHOOK_WINDOW_HOURS * 3_600_000,
  startsTracking: env.WEBHOOK_STARTS_TRACKING === "true",
};

/** The public route that AKOOL calls when a job moves. */
export const handler = webhookHandler(logger, {
  receive: (text) => receiveWebhook(dependencies, text),
  meter,
});
