import { S3Client } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import { createImportFiles } from "#aws/import-files.ts";
import { inputHandler } from "#runtime/handler.ts";
import { summarizeImport } from "#use-cases/imports/summarize-import.ts";

const dependencies = { files: createImportFiles(new S3Client()) };

const inputSchema = z.object({
  importId: z.string(),
  lines: z.int(),
  /** Where the map's result writer has put its manifest. */
  manifest: z.object({ Bucket: z.string(), Key: z.string() }),
});

/** The import workflow's SummarizeImport task: counts what became of the lines. */
export const handler = inputHandler(
  inputSchema,
  ({ importId }) => ({ importId }),
  ({ lines, manifest }) =>
    summarizeImport(dependencies, {
      lines,
      manifest: { bucket: manifest.Bucket, key: manifest.Key },
    }),
);
