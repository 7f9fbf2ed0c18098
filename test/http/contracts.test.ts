import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { contracts } from "#scripts/contracts.ts";

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
});
