import * as z from "zod/mini";
import { PROBLEMS, type ProblemName, problemType } from "#functions/http/problem.ts";
import { ROUTES, type RouteName } from "#functions/http/routes.ts";
import { problemSchema } from "#functions/http/schemas.ts";
import { OPERATIONS, type OperationDescription } from "./openapi-operations.ts";

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
    security: [{ sigv4: [] }],
    paths: paths(),
    components: {
      schemas: { Problem: jsonSchema(problemSchema) },
      securitySchemes: {
        sigv4: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          description:
            "AWS Signature Version 4, service execute-api; or a JWT, where the stack is configured " +
            "with an issuer. On one machine (`npm start -- serve`) nothing is needed.",
        },
      },
    },
  };
}

function paths(): JsonObject {
  const result: Record<string, JsonObject> = {};
  for (const [name, description] of Object.entries(OPERATIONS)) {
    const { method, path } = ROUTES[name as RouteName];
    result[path] = { ...result[path], [method.toLowerCase()]: operationObject(name, description) };
  }
  return result;
}

function operationObject(operationId: string, description: OperationDescription): JsonObject {
  const { summary, description: text, body } = description;
  return {
    operationId,
    summary,
    ...(text === undefined ? {} : { description: text }),
    ...parametersOf(description),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses: { ...successes(description), ...problems(description.problems) },
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
            schema: { type: "string", minLength: 1, maxLength: 255 },
          },
        ]
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

function requestBody({ schema, examples }: NonNullable<OperationDescription["body"]>): JsonObject {
  return {
    required: true,
    content: {
      "application/json": {
        schema: jsonSchema(schema),
        examples: Object.fromEntries(
          Object.entries(examples).map(([name, value]) => [name, { value }]),
        ),
      },
    },
  };
}

function successes({ responses }: OperationDescription): JsonObject {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { description, schema, headers = [] }]) => [
      status,
      {
        description,
        ...(headers.length === 0 ? {} : { headers: headerObjects(headers) }),
        ...(schema === undefined
          ? {}
          : { content: { "application/json": { schema: jsonSchema(schema) } } }),
      },
    ]),
  );
}

function headerObjects(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, { schema: { type: "string" } }]));
}

/** Problems of one status share a response; their types tell them apart. */
function problems(names: readonly ProblemName[]): JsonObject {
  const byStatus = Map.groupBy(
    [...names, "internal-error"] as const,
    (name) => PROBLEMS[name].status,
  );
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group
          .map((name) => `${problemType(name)}: ${PROBLEMS[name].title}`)
          .join("; "),
        content: {
          "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
        },
      },
    ]),
  );
}

function jsonSchema(schema: z.ZodMiniType): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}
