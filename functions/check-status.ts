import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import * as z from "zod/mini";
import { createAkoolClient } from "#akool/client.ts";
import { createAkoolCredentials } from "#aws/akool-credentials.ts";
import { createExecutions } from "#aws/executions.ts";
import { createJobStore } from "#aws/job-store.ts";
import { trackingRequestSchema } from "#domain/job.ts";
import { checkStatusEnvironment, readEnvironment } from "./environment.ts";
import { logger, taskHandler } from "./handler.ts";
import { checkJob } from "./tracking/check-job.ts";

const env = readEnvironment(checkStatusEnvironment);

const ports = {
  store: createJobStore({
    client: new DynamoDBClient(),
    tableName: env.JOB_TABLE_NAME,
    retentionDays: env.FINISHED_JOB_RETENTION_DAYS,
  }),
  akool: createAkoolClient({
    baseUrl: env.AKOOL_BASE_URL,
    credentials: createAkoolCredentials({
      apiKey: env.AKOOL_API_KEY,
      secretName: env.AKOOL_SECRET_NAME,
      secrets: new SecretsManagerClient(),
    }),
  }),
  executions: createExecutions(new SFNClient()),
  now: Date.now,
  random: Math.random,
  log: logger,
  eventBusName: env.EVENT_BUS_NAME,
};

const policy = {
  poll: { minSeconds: env.POLL_MIN_SECONDS, maxSeconds: env.POLL_MAX_SECONDS },
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
  webhookUrl: env.WEBHOOK_URL,
};

const inputSchema = z.object({
  request: trackingRequestSchema,
  execution: z.string(),
  announced: z.int(),
});

/** The workflow's CheckStatus task: one look at AKOOL, recorded. */
export const handler = taskHandler(
  inputSchema,
  (input) => input.request.videoModelId,
  (input) => checkJob(ports, policy, input),
);
