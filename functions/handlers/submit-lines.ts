import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import * as z from "zod/mini";
import { createTrackingExecutions } from "#aws/executions.ts";
import { createEventPublisher } from "#aws/publish-events.ts";
import { importLineSchema } from "#domain/imports/import.ts";
import { readEnvironment, submitLinesEnvironment } from "#runtime/environment.ts";
import { inputHandler, logger } from "#runtime/handler.ts";
import { jobStoreOf } from "#runtime/job-store.ts";
import { ledgerOf } from "#runtime/ledger.ts";
import { submitLines } from "#use-cases/imports/submit-lines.ts";
import { createLedgerWriter } from "#use-cases/tracking/enter-in-ledger.ts";

const env = readEnvironment(submitLinesEnvironment);

/**
 * A line whose job is followed already costs a DescribeExecution, of which an account has few a
 * second: the client slows down instead of failing.
 */
const sfn = new SFNClient({ retryMode: "adaptive", maxAttempts: 10 });

const dynamoDb = new DynamoDBClient();

const dependencies = {
  store: jobStoreOf(env, dynamoDb),
  enterInLedger: createLedgerWriter(ledgerOf(env, dynamoDb)),
  executions: createTrackingExecutions(sfn, env.STATE_MACHINE_ARN),
  publish: createEventPublisher(new EventBridgeClient()),
  now: Date.now,
  log: logger,
  eventBusName: env.EVENT_BUS_NAME,
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
};

/** A batch from the distributed map, and whether this is the last try. */
const inputSchema = z.object({
  batch: z.object({
    BatchInput: z.object({ importId: z.string() }),
    Items: z.array(importLineSchema),
  }),
  lastTry: z.boolean(),
});

/** The import workflow's SubmitLines tasks: submits the jobs of one batch. */
export const handler = inputHandler(
  inputSchema,
  ({ batch }) => ({ importId: batch.BatchInput.importId }),
  ({ batch, lastTry }) => submitLines(dependencies, batch.Items, lastTry),
);
