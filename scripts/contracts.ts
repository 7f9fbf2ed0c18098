import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import {
  budgetReachedDetailSchema,
  companionsArchivedDetailSchema,
  companionsExpiringDetailSchema,
  jobRequestedDetailSchema,
  statusChangeDetailSchema,
  videoExpiringDetailSchema,
} from "#domain/events/event-schemas.ts";
import { sidecarSchema } from "#domain/job/sidecar-schema.ts";
import { openApiDocument } from "./openapi-document.ts";

const packageSchema = z.object({ version: z.string() });

/** Every committed contract: file name at the top level → its content. */
export function contracts(): Record<string, string> {
  const packageJson = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { version } = packageSchema.parse(JSON.parse(packageJson));
  return {
    "openapi.json": json(openApiDocument(version)),
    ...eventSchemas("video-job-status-change", "Video Job Status Change", statusChangeDetailSchema),
    ...eventSchemas(
      "video-expiring-unarchived",
      "Video Expiring Unarchived",
      videoExpiringDetailSchema,
    ),
    ...eventSchemas(
      "video-job-companions-archived",
      "Video Job Companions Archived",
      companionsArchivedDetailSchema,
    ),
    ...eventSchemas(
      "video-companions-expiring-unarchived",
      "Video Companions Expiring Unarchived",
      companionsExpiringDetailSchema,
    ),
    ...eventSchemas("credit-budget-reached", "Credit Budget Reached", budgetReachedDetailSchema),
    ...eventSchemas("video-job-requested", "Video Job Requested", jobRequestedDetailSchema),
    "schemas/sidecar-v1.json": described("Sidecar of an archived video", sidecarSchema),
  };
}

/** The dialect of today, and the one that EventBridge's schema registry takes. */
function eventSchemas(name: string, title: string, schema: z.ZodMiniType): Record<string, string> {
  return {
    [`schemas/${name}.json`]: described(title, schema),
    [`schemas/${name}.draft-04.json`]: described(title, schema, "draft-04"),
  };
}

function described(
  title: string,
  schema: z.ZodMiniType,
  target: "draft-2020-12" | "draft-04" = "draft-2020-12",
): string {
  return json({ ...z.toJSONSchema(schema, { target, io: "input" }), title });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
