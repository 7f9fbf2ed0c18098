import * as z from "zod/mini";
import { trackingRequestSchema } from "#domain/job/job.ts";
import type { LogKeys } from "./handler.ts";

/** What the workflow gives to each of its tasks. */
export const trackingTaskSchema = z.object({
  request: trackingRequestSchema,
  /** ARN of the execution that asks. */
  execution: z.string(),
});

/** What it gives to CheckStatus. */
export const checkTaskSchema = z.extend(trackingTaskSchema, {
  /** When the execution was started, as Step Functions writes it; an older release does not give it. */
  startedAt: z.optional(z.string()),
});

/** What the log lines of a task of the workflow carry. */
export function trackingLogKeys({
  request,
  execution,
}: Pick<z.infer<typeof trackingTaskSchema>, "request" | "execution">): LogKeys {
  return { videoModelId: request.videoModelId, execution };
}
