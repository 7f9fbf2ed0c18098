import * as z from "zod/mini";
import { common, flow } from "./supported-fields.ts";
import { payloadTemplate, resultPath } from "./supported-paths.ts";
import { supportedState } from "./supported-states.ts";

/** Reads objects of S3, one item a line. */
export const READER_RESOURCE = "arn:aws:states:::s3:getObject";

/** Writes results to S3. */
const WRITER_RESOURCE = "arn:aws:states:::s3:putObject";

/** The interpreter does not know it, and would run an inline Map over the state's input. */
export const distributedMap = z.strictObject({
  Type: z.literal("Map"),
  ...common,
  ...flow,
  Label: z.string().check(z.regex(/^[\w-]{1,40}$/)),
  ItemReader: z.strictObject({
    Resource: z.literal(READER_RESOURCE),
    ReaderConfig: z.strictObject({ InputType: z.literal("JSONL") }),
    Parameters: payloadTemplate,
  }),
  ItemBatcher: z.strictObject({
    MaxItemsPerBatch: z.int().check(z.positive()),
    MaxInputBytesPerBatch: z.int().check(z.positive(), z.maximum(262_144)),
    BatchInput: payloadTemplate,
  }),
  ItemProcessor: z.strictObject({
    ProcessorConfig: z.strictObject({
      Mode: z.literal("DISTRIBUTED"),
      ExecutionType: z.literal("STANDARD"),
    }),
    StartAt: z.string(),
    States: z.record(z.string(), supportedState),
  }),
  MaxConcurrency: z.int().check(z.positive()),
  // With less, a run would end early when too many have failed, which it never does here.
  ToleratedFailurePercentage: z.literal(100),
  ResultWriter: z.strictObject({
    Resource: z.literal(WRITER_RESOURCE),
    Parameters: payloadTemplate,
    WriterConfig: z.strictObject({
      OutputType: z.literal("JSONL"),
      Transformation: z.literal("FLATTEN"),
    }),
  }),
  ResultPath: z.exactOptional(resultPath),
});

/** A Map state that runs here. */
export type DistributedMap = z.infer<typeof distributedMap>;
