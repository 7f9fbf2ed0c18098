import * as z from "zod/mini";

/** Bounds as in the Step Functions API reference. */
const arn = z.string().check(z.minLength(1), z.maxLength(256));

export const startRequest = z.strictObject({
  stateMachineArn: arn,
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(80))),
  input: z.optional(z.string()),
});

export type StartRequest = z.infer<typeof startRequest>;

export const describeRequest = z.strictObject({ executionArn: arn });

export const stopRequest = z.strictObject({
  executionArn: arn,
  error: z.optional(z.string().check(z.maxLength(256))),
  cause: z.optional(z.string().check(z.maxLength(32_768))),
});

export const redriveRequest = z.strictObject({
  executionArn: arn,
  clientToken: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
});

export const listRequest = z.strictObject({
  stateMachineArn: arn,
  statusFilter: z.optional(z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])),
  maxResults: z.optional(z.int().check(z.gte(0), z.lte(1000))),
  nextToken: z.optional(z.string()),
});

/** "Expressed as bytes in UTF-8 encoding." */
const MAX_OUTPUT_BYTES = 262_144;

const taskToken = z.string().check(z.minLength(1), z.maxLength(2048));

export const taskSuccessRequest = z.strictObject({
  taskToken,
  output: z.string().check(z.refine((it) => Buffer.byteLength(it) <= MAX_OUTPUT_BYTES)),
});

export const taskFailureRequest = z.strictObject({
  taskToken,
  error: z.optional(z.string().check(z.maxLength(256))),
  cause: z.optional(z.string().check(z.maxLength(32_768))),
});
