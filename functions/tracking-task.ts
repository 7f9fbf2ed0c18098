import * as z from "zod/mini";
import { trackingRequestSchema } from "#domain/job.ts";

/** What the workflow gives to each of its tasks. */
export const trackingTaskSchema = z.object({
  request: trackingRequestSchema,
  /** ARN of the execution that asks. */
  execution: z.string(),
  /** Status changes that this execution has announced, or found announced at its start. */
  announced: z.int(),
});
