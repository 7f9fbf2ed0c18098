import { validateHeaderName, validateHeaderValue } from "node:http";
import * as z from "zod/mini";

/** What is sent to the client. */
export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string | string[]>;
  body: string | Buffer;
}

/** The function returned something that API Gateway cannot send. */
class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

const headerValue = z.union([z.string(), z.number(), z.boolean()]);

const answerSchema = z.object({
  statusCode: z.int().check(z.minimum(200), z.maximum(599)),
  headers: z.optional(z.record(z.string(), headerValue)),
  cookies: z.optional(z.array(z.string())),
  body: z.optional(z.string()),
  isBase64Encoded: z.optional(z.boolean()),
});

/**
 * Reads a function's result as API Gateway does: with a `statusCode` it is a complete response;
 * without one it is the body of a 200, as JSON unless it is text.
 *
 * Source: API Gateway developer guide, "Lambda function response for format 2.0".
 *
 * @throws MalformedAnswer, which API Gateway answers with a 500
 */
export function readFunctionAnswer(result: unknown): HttpAnswer {
  if (typeof result !== "object" || result === null || !("statusCode" in result)) {
    const body = typeof result === "string" ? result : JSON.stringify(result);
    return { statusCode: 200, headers: { "content-type": "application/json" }, body };
  }
  const parsed = answerSchema.safeParse(result);
  if (!parsed.success) throw new MalformedAnswer(z.prettifyError(parsed.error));
  const { statusCode, headers = {}, cookies, body = "", isBase64Encoded = false } = parsed.data;
  const named = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  requireSendable([...named, ...(cookies ?? []).map((cookie) => ["set-cookie", cookie] as const)]);
  return {
    statusCode,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      ...Object.fromEntries(named),
      ...(cookies && { "set-cookie": cookies }),
    },
    body: isBase64Encoded ? Buffer.from(body, "base64") : body,
  };
}

/** A line break in a header would start another header. */
function requireSendable(headers: readonly (readonly [string, string])[]): void {
  try {
    for (const [name, value] of headers) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  } catch (cause) {
    throw new MalformedAnswer("A header cannot be sent", { cause });
  }
}

/** A response that API Gateway sends by itself. */
export function gatewayAnswer(statusCode: number, message: string): HttpAnswer {
  return jsonAnswer(statusCode, { message });
}

export function jsonAnswer(statusCode: number, body: unknown): HttpAnswer {
  return {
    statusCode,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}
