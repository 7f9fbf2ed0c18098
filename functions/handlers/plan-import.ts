import { S3Client } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import { createImportFiles } from "#aws/import-files.ts";
import { planImportEnvironment, readEnvironment } from "#runtime/environment.ts";
import { inputHandler } from "#runtime/handler.ts";
import { planImport } from "#use-cases/imports/plan-import.ts";

const env = readEnvironment(planImportEnvironment);

const dependencies = { files: createImportFiles(new S3Client()), bucket: env.IMPORT_BUCKET_NAME };

const inputSchema = z.object({
  importId: z.string(),
  source: z.object({ bucket: z.string(), key: z.string() }),
});

/** The import workflow's PlanImport task: numbers the lines of the source. */
export const handler = inputHandler(
  inputSchema,
  ({ importId }) => ({ importId }),
  (input) => planImport(dependencies, input),
);
