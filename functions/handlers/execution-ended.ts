import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import * as z from "zod/mini";
import { createEventPublisher } from "#aws/publish-events.ts";
import { trackingRequestSchema } from "#domain/job/tracking-request.ts";
import { executionEndedEnvironment, readEnvironment } from "#runtime/environment.ts";
import { logger, taskHandler } from "#runtime/handler.ts";
import { jobStoreOf } from "#runtime/job-store.ts";
import { ledgerOf } from "#runtime/ledger.ts";
import { createLedgerWriter } from "#use-cases/tracking/enter-in-ledger.ts";
import { onExecutionEnded } from "#use-cases/tracking/execution-ended.ts";

const env = readEnvironment(executionEndedEnvironment);

const dynamoDb = new DynamoDBClient();

const dependencies = {
  store: jobStoreOf(env, dynamoDb),
  enterInLedger: createLedgerWriter(ledgerOf(env, dynamoDb)),
  publish: createEventPublisher(new EventBridgeClient()),
  now: Date.now,
  log: logger,
  eventBusName: env.EVENT_BUS_NAME,
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
};

const inputOfExecution = z.pipe(
  z.pipe(
    z.string(),
    z.transform((text) => JSON.parse(text) as unknown),
  ),
  trackingRequestSchema,
);

/** EventBridge's "Step Functions Execution Status Change". */
const eventSchema = z.object({
  detail: z.object({
    executionArn: z.string(),
    status: z.enum(["FAILED", "TIMED_OUT", "ABORTED"]),
    input: inputOfExecution,
    error: z.nullish(z.string()),
    cause: z.nullish(z.string()),
  }),
});

/** The target of the rule on executions that did not come to their own end. */
export const handler = taskHandler(
  eventSchema,
  ({ detail }) => ({
    videoModelId: detail.input.videoModelId,
    execution: detail.executionArn,
  }),
  ({ detail: { input, error, cause, ...detail } }) =>
    onExecutionEnded(dependencies, {
      ...detail,
      request: input,
      error: error ?? undefined,
      cause: cause ?? undefined,
    }),
);
