import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { sidecarSchema } from "#domain/job/sidecar-schema.ts";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const PAGE = read("docs/provenance.md");

it("docs/provenance.md has an example of the sidecar's schema, with no other field", () => {
  const [, text = ""] = /^```json\n([\s\S]*?)^```/m.exec(PAGE) ?? [];
  const example: unknown = JSON.parse(text);
  const isOfSchema = new Ajv2020({ validateFormats: false }).compile(
    JSON.parse(read("schemas/sidecar-v1.json")),
  );

  expect(isOfSchema(example), JSON.stringify(isOfSchema.errors)).toBe(true);
  // What the schema does not name would be gone.
  expect(sidecarSchema.parse(example)).toEqual(example);
});

it("docs/provenance.md explains every field", () => {
  const fields = Object.keys(sidecarSchema.shape);
  const explained = PAGE.slice(PAGE.lastIndexOf("```"));

  expect(fields.length).toBeGreaterThan(10);
  expect(fields.filter((name) => !explained.includes(`\`${name}\``))).toEqual([]);
});
