import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { createJobStore } from "#aws/job-store.ts";
import { trackingRequestSchema } from "#domain/job.ts";
import { readEnvironment, recordFailureEnvironment } from "./environment.ts";
import { logger, taskHandler } from "./handler.ts";
import type { ArchiveResult } from "./tracking/archive-result.ts";
import { recordArchiveFailure, recordFault } from "./tracking/record-failure.ts";

const env = readEnvironment(recordFailureEnvironment);

const ports = {
  store: createJobStore({
    client: new DynamoDBClient(),
    tableName: env.JOB_TABLE_NAME,
    retentionDays: env.FINISHED_JOB_RETENTION_DAYS,
  }),
  now: Date.now,
  log: logger,
  eventBusName: env.EVENT_BUS_NAME,
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
};

const inputSchema = z.object({
  kind: z.enum(["archive", "fault"]),
  request: trackingRequestSchema,
  execution: z.string(),
  announced: z.int(),
  error: z.object({ Error: z.string(), Cause: z._default(z.string(), "") }),
});

/** The workflow's RecordArchiveFailure and RecordFault tasks. */
export const handler = taskHandler(
  inputSchema,
  (input) => input.request.videoModelId,
  async (input): Promise<ArchiveResult | { announced: 0 }> =>
    input.kind === "archive" ? recordArchiveFailure(ports, input) : recordFault(ports, input),
);
