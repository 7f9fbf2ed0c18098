import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as z from "zod/mini";

const schemaSchema = z.object({ properties: z.record(z.string(), z.unknown()) });
const referenceSchema = z.object({
  $ref: z.templateLiteral(["#/components/schemas/", z.string()]),
});

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

/** The fields of a field of a job, as openapi.json has them. */
function fieldsOf(...path: string[]): string[] {
  const { schemas } = JSON.parse(read("openapi.json")).components;
  const resolved = (value: unknown) => {
    const reference = referenceSchema.safeParse(value);
    return schemaSchema.parse(
      reference.success ? schemas[reference.data.$ref.split("/").at(-1) ?? ""] : value,
    );
  };
  let schema = resolved(schemas.Job);
  for (const name of path) schema = resolved(schema.properties[name]);
  return Object.keys(schema.properties);
}

it.each([["video"], ["doubtful"], ["video", "content"]])(
  "docs/api.md tells of every field of a job's %s %s",
  (...path) => {
    const page = read("docs/api.md");
    const section = page.slice(page.indexOf("## The video, and what its bytes say"));
    const text = section.slice(0, section.indexOf("\n## ", 1));

    const fields = fieldsOf(...path.filter((name) => name !== undefined));

    expect(fields.length).toBeGreaterThan(5);
    expect(fields.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  },
);
