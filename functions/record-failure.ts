import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import * as z from "zod/mini";
import { createEventPublisher } from "#aws/publish-events.ts";
import { readEnvironment, recordFailureEnvironment } from "./environment.ts";
import { logger, taskHandler } from "./handler.ts";
import { jobStoreOf } from "./job-store.ts";
import type { ArchiveResult } from "./tracking/archive-job.ts";
import { recordArchiveFailure, recordFault } from "./tracking/record-failure.ts";
import { trackingLogKeys, trackingTaskSchema } from "./tracking-task.ts";

const env = readEnvironment(recordFailureEnvironment);

const ports = {
  store: jobStoreOf(env),
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
      ? recordArchiveFailure(ports, input)
      : recordFault(ports, input).then(() => undefined),
);
