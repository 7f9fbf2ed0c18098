import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import * as z from "zod/mini";
import { parseStorableJson } from "#domain/text/storable-json.ts";
import { withEntityTag } from "./entity-tag.ts";
import { HttpProblem } from "./problem.ts";

/** Most bodies are a few hundred bytes; API Gateway alone would let 10 MB through. */
const MAX_BODY_BYTES = 64 * 1024;

const { localeError } = z.locales.en();

/** What an operation receives: parameters, query and body, parsed. */
export interface Request<Parameters, Query, Body> {
  parameters: Parameters;
  query: Query;
  body: Body;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
}

export interface Reply {
  status: number;
  /** Answered as JSON. */
  body?: unknown;
  /** What the body's `ETag` is over, where a part of the body tells nothing but the moment. */
  tagOver?: unknown;
  /** Answered as it is, instead of `body`. */
  text?: { readonly type: string; readonly content: string };
  headers?: Readonly<Record<string, string>>;
}

export interface OperationSchemas<P, Q, B> {
  parameters: z.ZodMiniType<P>;
  query: z.ZodMiniType<Q>;
  body: z.ZodMiniType<B>;
  /** For bodies that may be larger than most. */
  maxBodyBytes?: number;
  /** For bodies that need not be JSON: which types, and how their bytes are read. */
  raw?: { types: RegExp; read: (bytes: Uint8Array) => B };
}

/** For operations without a body: whatever is sent is not read. */
export const NO_BODY = z.undefined();

type GatewayHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** Parses a request before anything is done with it, and writes the reply as JSON, with an `ETag`. */
export function operation<P, Q, B>(
  schemas: OperationSchemas<P, Q, B>,
  run: (request: Request<P, Q, B>) => Promise<Reply>,
): GatewayHandler {
  return async (event) => {
    const reply = await run({
      parameters: parse(schemas.parameters, event.pathParameters ?? {}, "path"),
      query: parse(schemas.query, event.queryStringParameters ?? {}, "query"),
      body: rawBody(schemas, event) ?? jsonBody(schemas, event),
      headers: event.headers,
    });
    return withEntityTag(event, jsonReply(reply), reply.tagOver);
  };
}

/** An answer as API Gateway's payload format 2.0 wants it. */
export function jsonReply(
  { status, body, text, headers = {} }: Reply,
  contentType = "application/json",
): APIGatewayProxyStructuredResultV2 {
  if (text !== undefined) {
    return {
      statusCode: status,
      headers: { "content-type": text.type, "cache-control": "no-store", ...headers },
      body: text.content.toWellFormed(),
    };
  }
  if (body === undefined) return { statusCode: status, headers };
  return {
    statusCode: status,
    headers: { "content-type": contentType, "cache-control": "no-store", ...headers },
    body: JSON.stringify(body, wellFormed),
  };
}

/** A lone surrogate in one text would make the whole answer unreadable to strict parsers. */
function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}

/** The problem of a request in which one field cannot be what it is. */
export function invalidRequest(field: string, message: string): HttpProblem {
  return new HttpProblem("invalid-request", {
    detail: `${field}: ${message}`,
    members: { errors: [{ field, message }] },
  });
}

function parse<T>(schema: z.ZodMiniType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value, { error: localeError });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    field: [where, ...path.map(String)].join("."),
    message,
  }));
  throw new HttpProblem("invalid-request", {
    detail: errors.map(({ field, message }) => `${field}: ${message}`).join("; "),
    members: { errors },
  });
}

function isNoBody(schema: z.ZodMiniType): boolean {
  return schema === NO_BODY;
}

function rawBody<P, Q, B>(
  { raw, maxBodyBytes }: OperationSchemas<P, Q, B>,
  event: APIGatewayProxyEventV2,
): B | undefined {
  if (raw === undefined || !raw.types.test(event.headers["content-type"] ?? "")) return undefined;
  const bytes = bytesOf(event, maxBodyBytes);
  return bytes === undefined ? undefined : raw.read(bytes);
}

function jsonBody<P, Q, B>(
  { body, maxBodyBytes }: OperationSchemas<P, Q, B>,
  event: APIGatewayProxyEventV2,
): B {
  return parse(body, isNoBody(body) ? undefined : readJson(event, maxBodyBytes), "body");
}

function bytesOf(
  { body, isBase64Encoded }: APIGatewayProxyEventV2,
  maxBytes = MAX_BODY_BYTES,
): Buffer | undefined {
  if (body === undefined || body === "") return undefined;
  if (Buffer.byteLength(body) > maxBytes) {
    throw new HttpProblem("body-too-large", `the body may have ${maxBytes} bytes`);
  }
  return Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
}

function readJson(event: APIGatewayProxyEventV2, maxBytes?: number): unknown {
  const bytes = bytesOf(event, maxBytes);
  if (bytes === undefined) return undefined;
  const { headers } = event;
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(headers["content-type"] ?? "")) {
    throw new HttpProblem("unsupported-media-type", "send content-type: application/json");
  }
  const parsed = parseStorableJson(bytes.toString("utf8"));
  if ("problem" in parsed) throw new HttpProblem("invalid-request", `the body ${parsed.problem}`);
  return parsed.value;
}
