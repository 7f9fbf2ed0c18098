import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { batchRetries, planRetries, shortFunctionRetries } from "./retry-policy.ts";
import { functionTask } from "./tracking-tasks.ts";

/** The functions that the import calls. */
export interface ImportFunctions {
  readonly planImport: IFunction;
  readonly submitLines: IFunction;
  readonly summarizeImport: IFunction;
}

/** What the import is made of. */
export interface ImportParts {
  readonly functions: ImportFunctions;
  readonly bucket: IBucket;
  /** Batches that are submitted at the same time. */
  readonly concurrency: number;
}

/** A batch takes seconds then, and few lines are repeated when its function dies. */
const LINES_PER_BATCH = 100;

/** Step Functions' quota for a state's input is 256 KiB, to which the batch's own fields count. */
const BYTES_PER_BATCH = 200 * 1024;

/** The name in the ARNs of the map's runs; Step Functions would append digits to a longer one. */
export const MAP_LABEL = "Lines";

/**
 * Numbers the lines of the source, has each one's job followed, and counts what became of them. The
 * distributed map carries it: it reads the lines, cuts them into batches, runs so many at once, goes
 * on where it stopped, and writes the report. Batches that fail never fail the import.
 *
 * @returns the first state
 */
export function importDefinition(scope: Construct, parts: ImportParts): sfn.IChainable {
  const { functions, bucket, concurrency } = parts;
  const planImport = functionTask(scope, "PlanImport", {
    function: functions.planImport,
    parameters: {
      importId: sfn.JsonPath.stringAt("$.importId"),
      source: sfn.JsonPath.objectAt("$.source"),
    },
    resultPath: "$.plan",
    timeout: Duration.seconds(905),
    retries: planRetries,
  });
  const lines = sfn.DistributedMap.jsonPath(scope, "ImportLines", {
    label: MAP_LABEL,
    mapExecutionType: sfn.StateMachineType.STANDARD,
    maxConcurrency: concurrency,
    toleratedFailurePercentage: 100,
    itemReader: new sfn.S3JsonLItemReader({ bucket, key: sfn.JsonPath.stringAt("$.plan.key") }),
    itemBatcher: new sfn.ItemBatcher({
      maxItemsPerBatch: LINES_PER_BATCH,
      maxInputBytesPerBatch: BYTES_PER_BATCH,
      // CDK hands this on as it stands: the path must be told by hand.
      batchInput: { "importId.$": "$.importId" },
    }),
    resultWriterV2: new sfn.ResultWriterV2({
      bucket,
      prefix: sfn.JsonPath.stringAt("$.plan.report"),
      writerConfig: {
        transformation: sfn.Transformation.FLATTEN,
        outputType: sfn.OutputType.JSONL,
      },
    }),
    resultPath: "$.run",
  });
  lines.itemProcessor(batch(scope, functions));
  const summarizeImport = functionTask(scope, "SummarizeImport", {
    function: functions.summarizeImport,
    parameters: {
      importId: sfn.JsonPath.stringAt("$.importId"),
      lines: sfn.JsonPath.numberAt("$.plan.lines"),
      manifest: sfn.JsonPath.objectAt("$.run.ResultWriterDetails"),
    },
    timeout: Duration.seconds(905),
    retries: shortFunctionRetries,
  });
  return planImport.next(lines).next(summarizeImport);
}

/** What happens to one batch: once all tries are used up, whatever does not start is reported. */
function batch(scope: Construct, { submitLines }: ImportFunctions): sfn.IChainable {
  const submit = (id: string, lastTry: boolean, retries: readonly sfn.RetryProps[]) =>
    functionTask(scope, id, {
      function: submitLines,
      parameters: {
        batch: {
          BatchInput: sfn.JsonPath.objectAt("$.BatchInput"),
          Items: sfn.JsonPath.objectAt("$.Items"),
        },
        lastTry,
      },
      timeout: Duration.seconds(305),
      retries,
    });
  const lastTry = submit("SubmitLinesLastTry", true, shortFunctionRetries);
  return submit("SubmitLines", false, batchRetries).addCatch(lastTry, { resultPath: "$.error" });
}
