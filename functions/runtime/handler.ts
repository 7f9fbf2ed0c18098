import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import * as z from "zod/mini";
import { createMeter } from "#aws/meter.ts";
import { cutText } from "#domain/text/cut-text.ts";
import { errorsWithoutSecrets, logger } from "./logging.ts";

export { logger };

/** The meter of a function; what an invocation has measured is written at its end. */
export const meter = createMeter();

/** The workflow's input does not have the shape that this function needs. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
}

/** Bytes. The message quotes the input, which may come from anybody who may publish to the bus. */
const MAX_MESSAGE = 4_000;

/** What every log line about a job carries, besides the request id. */
export interface LogKeys {
  videoModelId: string;
  /** ARN of the execution that follows the job. */
  execution: string;
}

/**
 * A Lambda handler for a task of the tracking workflow; see {@link inputHandler}. Every log line
 * carries the job's id and its execution.
 *
 * @throws InvalidInput naming the fields at fault
 */
export function taskHandler<T extends z.ZodMiniType, Result>(
  schema: T,
  keysOf: (input: z.infer<T>) => LogKeys,
  run: (input: z.infer<T>) => Promise<Result>,
) {
  return inputHandler(schema, (input) => ({ ...keysOf(input) }), run);
}

/**
 * A Lambda handler for a task of a workflow. It parses the input first, adds the request id and the
 * given keys to every log line, logs a failure and rethrows it without secrets, and writes metrics
 * at the end.
 *
 * @throws InvalidInput naming the fields at fault
 */
export function inputHandler<T extends z.ZodMiniType, Result>(
  schema: T,
  logKeysOf: (input: z.infer<T>) => Record<string, string>,
  run: (input: z.infer<T>) => Promise<Result>,
) {
  return observed<Result>().handler(async (event) => {
    const parsed = schema.safeParse(event);
    if (!parsed.success)
      throw new InvalidInput(cutText(z.prettifyError(parsed.error), MAX_MESSAGE));
    logger.appendKeys(logKeysOf(parsed.data));
    return run(parsed.data);
  });
}

/**
 * A Lambda handler for a schedule: its event says nothing that matters. Logs and metrics are
 * written as by {@link inputHandler}.
 *
 * @param run gets the milliseconds that the invocation has left
 */
export function scheduledHandler<Result>(run: (remainingMs: number) => Promise<Result>) {
  return observed<Result>().handler((_event, context) => run(context.getRemainingTimeInMillis()));
}

/** What every task has in common: the request id in its log lines, and metrics at its end. */
function observed<Result>() {
  return middy<unknown, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(errorsWithoutSecrets)
    .after(() => meter.flush())
    .onError(({ error }) => {
      // Lambda's own error line does not name the job.
      logger.error("the task has failed", { error: error?.name, reason: error?.message });
      meter.flush();
    });
}
