import * as z from "zod/mini";
import { PROBLEMS, type ProblemName, problemType } from "#http/problem.ts";
import { ROUTES, type RouteName } from "#http/routes.ts";
import { IDEMPOTENCY_KEY_PATTERN } from "#http/schemas.ts";
import { componentSchemas, schemaOrReference } from "./openapi-components.ts";
import { OPERATIONS, type OperationDescription } from "./openapi-operations.ts";
import { webhookProbes } from "./openapi-webhook.ts";

/** What API Gateway answers by itself, before or instead of the function. */
const GATEWAY_ANSWERS: Readonly<Record<number, string>> = {
  401: "API Gateway: no, or no valid, token",
  403: "API Gateway: no valid signature, or no permission",
  413: "API Gateway: the request is over 10 MB",
  429: "API Gateway: too many requests",
  500: "API Gateway: the function failed",
  503: "API Gateway: the function took too long, or is not available",
};

const GATEWAY_MESSAGE = {
  type: "object",
  properties: { message: { type: ["string", "null"] } },
  required: ["message"],
};

interface JsonObject {
  [key: string]: unknown;
}

/** The OpenAPI 3.1 document, made from the schemas that the API validates with. */
export function openApiDocument(version: string): JsonObject {
  return {
    openapi: "3.1.0",
    info: {
      title: "AKOOL video archiver",
      version,
      summary: "Follows AKOOL videos to their end and archives them before AKOOL deletes them.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ sigv4: [] }, { jwt: [] }],
    paths: { ...paths(), ...webhookProbes(gatewayFailures([429, 500, 503])) },
    components: {
      schemas: { ...componentSchemas(), GatewayMessage: GATEWAY_MESSAGE },
      securitySchemes: {
        sigv4: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          description:
            "AWS Signature Version 4, service execute-api: the default. On one machine " +
            "(`npm start -- serve`) nothing is needed.",
        },
        jwt: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "Instead of signatures, where the stack is configured with an issuer.",
        },
      },
    },
  };
}

function paths(): JsonObject {
  const result: Record<string, JsonObject> = {};
  for (const [name, description] of Object.entries(OPERATIONS)) {
    const { method, path } = ROUTES[name as RouteName];
    const described = operationObject(
      name,
      method === "GET" ? revalidated(description) : description,
    );
    result[path] = { ...result[path], [method.toLowerCase()]: described };
  }
  return result;
}

/** Every GET that answers JSON has an `ETag`, and takes it back (`functions/http/entity-tag.ts`). */
function revalidated(description: OperationDescription): OperationDescription {
  const { 200: answer, ...others } = description.responses;
  if (answer === undefined) return description;
  return {
    ...description,
    ifNoneMatch: true,
    responses: {
      200: { ...answer, headers: [...(answer.headers ?? []), "ETag"] },
      ...others,
      304: {
        description: "The answer is still the one that If-None-Match names",
        headers: ["ETag"],
      },
    },
  };
}

function operationObject(operationId: string, description: OperationDescription): JsonObject {
  const { summary, description: text, body } = description;
  return {
    operationId,
    summary,
    ...(text === undefined ? {} : { description: text }),
    ...parametersOf(description),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses: { ...successes(description), ...failures(description.problems) },
  };
}

function parametersOf(description: OperationDescription): JsonObject {
  const parameters = [
    ...properties(description.parameters, "path"),
    ...properties(description.query, "query"),
    ...(description.idempotencyKey
      ? [
          {
            name: "Idempotency-Key",
            in: "header",
            required: true,
            schema: { type: "string", pattern: IDEMPOTENCY_KEY_PATTERN.source },
          },
        ]
      : []),
    ...(description.ifNoneMatch
      ? [{ name: "If-None-Match", in: "header", required: false, schema: { type: "string" } }]
      : []),
  ];
  return parameters.length === 0 ? {} : { parameters };
}

function properties(schema: z.ZodMiniType | undefined, place: "path" | "query"): JsonObject[] {
  if (schema === undefined) return [];
  const { properties: each = {}, required = [] } = z.toJSONSchema(schema, { io: "input" });
  return Object.entries(each).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

function requestBody(body: NonNullable<OperationDescription["body"]>): JsonObject {
  const { schema, examples, raw = [] } = body;
  return {
    required: true,
    content: {
      "application/json": {
        schema: schemaOrReference(schema),
        examples: Object.fromEntries(
          Object.entries(examples).map(([name, value]) => [name, { value }]),
        ),
      },
      ...Object.fromEntries(raw.map((type) => [type, { schema: { type: "string" } }])),
    },
  };
}

function successes({ responses }: OperationDescription): JsonObject {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { description, schema, headers = [], text }]) => [
      status,
      {
        description,
        ...(headers.length === 0 ? {} : { headers: headerObjects(headers) }),
        ...(schema === undefined
          ? {}
          : {
              content: {
                "application/json": { schema: schemaOrReference(schema) },
                ...(text && { [text]: { schema: { type: "string" } } }),
              },
            }),
      },
    ]),
  );
}

function headerObjects(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, { schema: { type: "string" } }]));
}

/** Problems of one status share a response, as does what API Gateway itself answers with it. */
function failures(names: readonly ProblemName[]): JsonObject {
  const byStatus: Map<number, ProblemName[]> = Map.groupBy(
    [...names, "not-permitted", "internal-error"] as const,
    (name): number => PROBLEMS[name].status,
  );
  const statuses = [...new Set([...byStatus.keys(), ...Object.keys(GATEWAY_ANSWERS).map(Number)])];
  return Object.fromEntries(
    statuses.map((status) => {
      const group = byStatus.get(status) ?? [];
      const gateway = GATEWAY_ANSWERS[status];
      const texts = group.map((name) => `${problemType(name)}: ${PROBLEMS[name].title}`);
      return [
        String(status),
        {
          description: [...texts, ...(gateway === undefined ? [] : [gateway])].join("; "),
          content: {
            ...(group.length === 0 ? {} : content("application/problem+json", "Problem")),
            ...(gateway === undefined ? {} : content("application/json", "GatewayMessage")),
          },
        },
      ];
    }),
  );
}

/** What can go wrong before a function is even asked. */
function gatewayFailures(statuses: readonly number[]): JsonObject {
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: GATEWAY_ANSWERS[status],
        content: content("application/json", "GatewayMessage"),
      },
    ]),
  );
}

function content(type: string, schema: string): JsonObject {
  return { [type]: { schema: { $ref: `#/components/schemas/${schema}` } } };
}
