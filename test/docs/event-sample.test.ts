import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as z from "zod/mini";
import { statusChangeDetailSchema } from "#domain/events/event-schemas.ts";

const envelopeSchema = z.object({ detail: z.unknown() });

it("docs/events.md has an example of the event `archived`, and no field that it has not", () => {
  const page = readFileSync(new URL("../../docs/events.md", import.meta.url), "utf8");
  const [, text = ""] = /^```json\n([\s\S]*?)^```/m.exec(page) ?? [];
  const { detail } = envelopeSchema.parse(JSON.parse(text));

  // What the schema does not name would be gone.
  expect(statusChangeDetailSchema.parse(detail)).toEqual(detail);
  expect(detail).toMatchObject({ status: "archived", video: { comparison: expect.any(Array) } });
});
