import * as z from "zod/mini";
import { trackingRequestSchema } from "#domain/job/tracking-request.ts";
import type { LogKeys } from "./handler.ts";

/** What the workflow passes to each of its tasks. */
export const trackingTaskSchema = z.object({
  request: trackingRequestSchema,
  /** ARN of the calling execution. */
  execution: z.string(),
});

/** What it passes to CheckStatus. */
export const checkTaskSchema = z.extend(trackingTaskSchema, {
  /**
   * When the execution was started, as Step Functions writes it; older releases did not pass it.
   */
  startedAt: z.optional(z.string()),
  /** `$$.State.RetryCount`, for the history budget; no job is refused for want of it. */
  retryCount: z.optional(z.catch(z.int().check(z.minimum(0)), 0)),
});

/** What the log lines of a task of the workflow carry. */
export function trackingLogKeys({
  request,
  execution,
}: Pick<z.infer<typeof trackingTaskSchema>, "request" | "execution">): LogKeys {
  return { videoModelId: request.videoModelId, execution };
}
