import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as z from "zod/mini";

const schemaSchema = z.object({
  properties: z.record(z.string(), z.looseObject({ properties: z.optional(z.looseObject({})) })),
});

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

/** The fields of a field of a job, as openapi.json has them. */
function fieldsOf(...path: string[]): string[] {
  const document = JSON.parse(read("openapi.json"));
  const job = document.paths["/jobs/{videoModelId}"].get.responses["200"];
  let schema = schemaSchema.parse(job.content["application/json"].schema);
  for (const name of path) schema = schemaSchema.parse(schema.properties[name]);
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
