import { FunctionError, RequestTooLargeException } from "./function-error.ts";

/** Lambda's quota for a synchronous call, in bytes of JSON, each way. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/**
 * The event as the JSON text that a function receives.
 *
 * @throws RequestTooLargeException over 6 MB
 */
export function encodeEvent(event: unknown): string {
  const json = JSON.stringify(event) ?? "null";
  if (Buffer.byteLength(json) <= MAX_PAYLOAD_BYTES) return json;
  throw new RequestTooLargeException(
    `Request must be smaller than ${MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation`,
  );
}

/**
 * The function's result, as JSON carries it.
 *
 * @throws FunctionError `Function.ResponseSizeTooLarge` over 6 MB
 */
export function decodeResult(json: string): unknown {
  if (Buffer.byteLength(json) <= MAX_PAYLOAD_BYTES) return JSON.parse(json);
  throw new FunctionError({
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`,
    trace: [],
  });
}
