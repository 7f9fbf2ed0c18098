import { FunctionError, RequestTooLargeException } from "../lambda/function-error.ts";
import { gatewayAnswer, type HttpAnswer, readFunctionAnswer } from "./function-answer.ts";

/** The function did not answer within the time that API Gateway gives it. */
class IntegrationTimeout extends Error {
  override readonly name = "IntegrationTimeout";
}

/**
 * Calls a route's function and reads its result. Failures get API Gateway's own responses, so no
 * detail of the error reaches the client.
 *
 * @param timeoutMs of the integration
 * @param onFault called with the error of a function that failed
 */
export async function invokeRoute(
  invoke: () => Promise<unknown>,
  timeoutMs: number,
  onFault: (error: unknown) => void,
): Promise<HttpAnswer> {
  try {
    return readFunctionAnswer(await within(timeoutMs, invoke()));
  } catch (error) {
    onFault(error);
    return faultAnswer(error);
  }
}

function faultAnswer(error: unknown): HttpAnswer {
  if (error instanceof RequestTooLargeException) {
    return gatewayAnswer(413, "Request Entity Too Large");
  }
  const isTimeout =
    error instanceof IntegrationTimeout ||
    (error instanceof FunctionError && error.answer.errorType === "Sandbox.Timedout");
  return isTimeout
    ? gatewayAnswer(503, "Service Unavailable")
    : gatewayAnswer(500, "Internal Server Error");
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new IntegrationTimeout(`No answer within ${milliseconds} ms`)),
    milliseconds,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
