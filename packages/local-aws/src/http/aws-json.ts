import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type * as z from "zod/mini";
import { explainedParse } from "./explained-parse.ts";
import { type LocalServer, type PortChoice, serveLocally } from "./local-server.ts";
import { BodyTooLarge, readBody } from "./request-body.ts";

/** An error response of an AWS JSON service; SDK clients show `type` as the error's name. */
export class AwsJsonError extends Error {
  override readonly name = "AwsJsonError";
  readonly type: string;
  readonly statusCode: number;

  constructor(type: string, message: string, statusCode = 400) {
    super(message);
    this.type = type;
    this.statusCode = statusCode;
  }
}

export type Operation = (body: unknown) => Promise<object>;

export interface AwsJsonService {
  /** The part of `x-amz-target` before the dot. */
  targetPrefix: string;
  protocol: "1.0" | "1.1";
  maxBodyBytes: number;
  operations: Readonly<Record<string, Operation>>;
  port?: PortChoice | undefined;
}

/** Serves operations in the AWS JSON protocol: `POST /` with the operation in `x-amz-target`. */
export function serveAwsJson(service: AwsJsonService): Promise<LocalServer> {
  return serveLocally(async (request, response) => {
    const { statusCode, body } = await answer(service, request);
    request.resume();
    send(response, service.protocol, statusCode, body);
  }, service);
}

/**
 * Checks a request against its schema, as AWS does first. Unknown fields are refused as well: an
 * emulator must not drop them silently.
 *
 * @throws AwsJsonError ValidationException
 */
export function parseRequest<Schema extends z.ZodMiniType>(
  schema: Schema,
  body: unknown,
): z.infer<Schema> {
  const parsed = explainedParse(schema, body);
  if ("problem" in parsed) {
    throw new AwsJsonError("ValidationException", parsed.problem);
  }
  return parsed.data;
}

async function answer(service: AwsJsonService, request: IncomingMessage) {
  try {
    const operation = operationOf(service, request);
    const body = await readJson(request, service.maxBodyBytes);
    return { statusCode: 200, body: await operation(body) };
  } catch (error) {
    const { type, message, statusCode } = asAwsJsonError(error);
    return { statusCode, body: { __type: type, message } };
  }
}

function operationOf(service: AwsJsonService, request: IncomingMessage): Operation {
  const target = String(request.headers["x-amz-target"]);
  const [prefix, name = ""] = target.split(".");
  const known = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
  const addressed = request.method === "POST" && request.url === "/";
  if (!addressed || prefix !== service.targetPrefix || known === undefined) {
    throw new AwsJsonError(
      "UnknownOperationException",
      `${request.method} ${request.url} with x-amz-target ${target} is not known to this emulator.`,
    );
  }
  return known;
}

async function readJson(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  const text = await readBody(request, limitBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsJsonError("SerializationException", "The request body is not JSON.");
  }
}

function asAwsJsonError(error: unknown): AwsJsonError {
  if (error instanceof AwsJsonError) {
    return error;
  }
  if (error instanceof BodyTooLarge) {
    return new AwsJsonError("RequestEntityTooLargeException", error.message, 413);
  }
  return new AwsJsonError("InternalFailure", String(error), 500);
}

function send(response: ServerResponse, protocol: string, statusCode: number, body: object) {
  response.writeHead(statusCode, {
    "content-type": `application/x-amz-json-${protocol}`,
    "x-amzn-requestid": randomUUID(),
  });
  response.end(JSON.stringify(body));
}
