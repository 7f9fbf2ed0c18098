import { SFNClient } from "@aws-sdk/client-sfn";
import { createExecutions } from "#aws/executions.ts";
import { akoolClientOf } from "./akool-client.ts";
import { checkStatusEnvironment, readEnvironment } from "./environment.ts";
import { logger, taskHandler } from "./handler.ts";
import { jobStoreOf } from "./job-store.ts";
import { checkJob } from "./tracking/check-job.ts";
import { trackingLogKeys, trackingTaskSchema } from "./tracking-task.ts";

const env = readEnvironment(checkStatusEnvironment);

const ports = {
  store: jobStoreOf(env),
  akool: akoolClientOf(env),
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

/** The workflow's CheckStatus task: one look at AKOOL, recorded. */
export const handler = taskHandler(trackingTaskSchema, trackingLogKeys, (input) =>
  checkJob(ports, policy, input),
);
