import * as z from "zod/mini";
import { parseJson } from "#domain/text/parse-json.ts";

const causeSchema = z.object({ errorMessage: z.string() });

/**
 * The message of a task that failed, from the `Cause` that Step Functions gives. That of a Lambda
 * function is JSON with the error's message among other things; any other is taken as it is.
 */
export function messageOfCause(cause: string): string {
  const parsed = causeSchema.safeParse(parseJson(cause));
  return parsed.success ? parsed.data.errorMessage : cause;
}
