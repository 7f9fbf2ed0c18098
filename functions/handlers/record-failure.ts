import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import * as z from "zod/mini";
import { createEventPublisher } from "#aws/publish-events.ts";
import { readEnvironment, recordFailureEnvironment } from "#runtime/environment.ts";
import { logger, taskHandler } from "#runtime/handler.ts";
import { jobStoreOf } from "#runtime/job-store.ts";
import { ledgerOf } from "#runtime/ledger.ts";
import { trackingLogKeys, trackingTaskSchema } from "#runtime/tracking-task.ts";
import type { ArchiveResult } from "#use-cases/tracking/archive-job.ts";
import { createLedgerWriter } from "#use-cases/tracking/enter-in-ledger.ts";
import { recordArchiveFailure, recordFault } from "#use-cases/tracking/record-failure.ts";

const env = readEnvironment(recordFailureEnvironment);

const dynamoDb = new DynamoDBClient();

const dependencies = {
  store: jobStoreOf(env, dynamoDb),
  enterInLedger: createLedgerWriter(ledgerOf(env, dynamoDb)),
  now: Date.now,
  log: logger,
  publish: createEventPublisher(new EventBridgeClient()),
  eventBusName: env.EVENT_BUS_NAME,
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
};

const inputSchema = z.extend(trackingTaskSchema, {
  kind: z.enum(["archive", "fault"]),
  error: z.object({ Error: z.string(), Cause: z._default(z.string(), "") }),
});

/** The workflow's RecordArchiveFailure and RecordFault tasks. */
export const handler = taskHandler(
  inputSchema,
  trackingLogKeys,
  async (input): Promise<ArchiveResult | undefined> =>
    input.kind === "archive"
      ? recordArchiveFailure(dependencies, input)
      : recordFault(dependencies, input).then(() => undefined),
);
