import { readFileSync } from "node:fs";
import { WEBHOOK_ROUTE } from "#http/routes.ts";
import type { Json } from "../served.ts";

/** One operation as the document declares it. */
export interface Declared {
  id: string;
  method: string;
  path: string;
  parameters: readonly {
    name: string;
    in: "path" | "query" | "header";
    required?: boolean;
    schema: Json;
  }[];
  /** The schema of its JSON body. */
  body: Json | undefined;
  responses: Readonly<Record<string, Json>>;
}

/** The committed document: all that the fuzzer knows of the API. */
export const document: Json = JSON.parse(
  readFileSync(new URL("../../../openapi.json", import.meta.url), "utf8"),
);

export const operations: readonly Declared[] = Object.entries<Json>(document.paths)
  // Its POST is no operation, and has tests of its own: test/e2e/webhook.test.ts.
  .filter(([path]) => path !== WEBHOOK_ROUTE.path)
  .flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      parameters: operation.parameters ?? [],
      body: resolved(operation.requestBody?.content["application/json"].schema),
      responses: operation.responses,
    })),
  );

/** The schema itself where the document refers to one by its name. */
function resolved(schema: Json | undefined): Json | undefined {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(schema?.$ref ?? "")?.[1];
  return name === undefined ? schema : document.components.schemas[name];
}

/** The operation that a request is for, by OpenAPI's rules: literal paths before templated ones. */
export function operationOf(method: string, target: string): Declared | undefined {
  const sent = (target.split("?")[0] ?? "").split("/");
  return operations
    .filter((operation) => operation.method === method && matches(operation.path, sent))
    .sort((a, b) => variables(a.path) - variables(b.path))[0];
}

function matches(template: string, sent: readonly string[]): boolean {
  const segments = template.split("/");
  return (
    segments.length === sent.length &&
    segments.every((segment, index) => {
      const text = decoded(sent[index] ?? "");
      return segment.startsWith("{") ? text !== "" : text === segment;
    })
  );
}

/** What is no percent-encoding stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const variables = (path: string) => path.split("{").length;
