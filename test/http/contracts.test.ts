import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { contracts } from "#scripts/contracts.ts";

interface Body {
  content?: Record<string, { schema: { $ref?: string; type?: string } }>;
}

/** What the test reads of the document. */
const document: {
  paths: Record<
    string,
    Record<string, { operationId: string; requestBody?: Body; responses: Record<string, Body> }>
  >;
  components: { schemas: Record<string, unknown> };
} = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8"));

describe("the committed contracts", () => {
  it.each(Object.entries(contracts()))(
    "%s is what the code says (npm run generate)",
    (name, content) => {
      expect(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8")).toBe(content);
    },
  );

  it("openapi.json is a valid OpenAPI 3.1 document", async () => {
    const text = readFileSync(new URL("../../openapi.json", import.meta.url), "utf8");

    const result = await new Validator().validate(JSON.parse(text));

    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  it("openapi.json names the schema of every request and answer, and refers to it", () => {
    const contents = Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .filter(({ operationId }) => operationId !== "getOpenApi")
      .flatMap(({ requestBody, responses }) => [requestBody, ...Object.values(responses)])
      .flatMap((body) => Object.values(body?.content ?? {}))
      .filter(({ schema }) => schema.type !== "string");

    const names = contents.map(({ schema }) => schema.$ref?.replace("#/components/schemas/", ""));

    expect(contents.length).toBeGreaterThan(100);
    expect(names.filter((name) => document.components.schemas[name ?? ""] === undefined)).toEqual(
      [],
    );
  });
});
