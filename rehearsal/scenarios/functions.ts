import { InvokeCommand } from "@aws-sdk/client-lambda";
import type { Stage } from "./scenario.ts";

/** A function answered with an error. */
export class FunctionFailed extends Error {
  override readonly name = "FunctionFailed";
}

/**
 * Calls a function and waits for its answer.
 *
 * @param construct what it is called in the stack
 * @throws FunctionFailed
 */
export async function invoke(
  { aws, stack }: Stage,
  construct: string,
  payload: unknown,
): Promise<unknown> {
  const { FunctionError, Payload } = await aws.lambda.send(
    new InvokeCommand({
      FunctionName: stack.functionName(construct),
      Payload: Buffer.from(JSON.stringify(payload)),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError !== undefined) throw new FunctionFailed(`${construct}: ${text}`);
  return JSON.parse(text);
}
