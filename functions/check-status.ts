import { SFNClient } from "@aws-sdk/client-sfn";
import { createAkoolClient } from "#akool/client.ts";
import { createExecutions } from "#aws/executions.ts";
import { akoolCredentialsOf } from "./akool-credentials.ts";
import { checkStatusEnvironment, readEnvironment } from "./environment.ts";
import { logger, meter, taskHandler } from "./handler.ts";
import { jobStoreOf } from "./job-store.ts";
import { checkJob } from "./tracking/check-job.ts";
import { trackingTaskSchema } from "./tracking-task.ts";

const env = readEnvironment(checkStatusEnvironment);

const ports = {
  store: jobStoreOf(env),
  akool: createAkoolClient({
    baseUrl: env.AKOOL_BASE_URL,
    credentials: akoolCredentialsOf(env),
  }),
  executions: createExecutions(new SFNClient()),
  now: Date.now,
  random: Math.random,
  log: logger,
  meter,
  eventBusName: env.EVENT_BUS_NAME,
};

const policy = {
  poll: { minSeconds: env.POLL_MIN_SECONDS, maxSeconds: env.POLL_MAX_SECONDS },
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
  webhookUrl: env.WEBHOOK_URL,
};

/** The workflow's CheckStatus task: one look at AKOOL, recorded. */
export const handler = taskHandler(
  trackingTaskSchema,
  (input) => input.request.videoModelId,
  (input) => checkJob(ports, policy, input),
);
