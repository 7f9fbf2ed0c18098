import * as z from "zod/mini";
import type { ExecutionDescription } from "../step-functions/workflow-engine.ts";

const timestamp = z.pipe(
  z.iso.datetime(),
  z.transform((text) => new Date(text)),
);

const recordSchema = z.strictObject({
  executionArn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  status: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
  startDate: timestamp,
  stopDate: z.exactOptional(timestamp),
  /** JSON text, as are `output` and the checkpoint's `input`. */
  input: z.string(),
  output: z.exactOptional(z.string()),
  error: z.exactOptional(z.string()),
  cause: z.exactOptional(z.string()),
  /** States entered and attempts repeated: what Step Functions bills as state transitions. */
  transitions: z.int(),
  redriveCount: z.exactOptional(z.int()),
  redriveDate: z.exactOptional(timestamp),
  /** It has ended, and its end may not have been reported yet. */
  endUnpublished: z.exactOptional(z.literal(true)),
  checkpoint: z.strictObject({ state: z.string(), input: z.string() }),
});

/** All that is kept of an execution; `checkpoint` is the state that it entered last. */
export type ExecutionRecord = z.infer<typeof recordSchema>;

/** @throws a ZodError or SyntaxError for a text that is no record */
export function parseRecord(text: string): ExecutionRecord {
  return recordSchema.parse(JSON.parse(text));
}

/** What Step Functions' DescribeExecution tells of it. */
export function describeRecord(record: ExecutionRecord): ExecutionDescription {
  const {
    transitions: _transitions,
    checkpoint: _checkpoint,
    endUnpublished: _endUnpublished,
    ...description
  } = record;
  return description;
}
