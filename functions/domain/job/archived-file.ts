import * as z from "zod/mini";
import { comparedPropertySchema } from "./comparison.ts";
import { contentFactsSchema } from "./content.ts";

/** Where and what an archived file is, as events and the API show it. */
export const archivedFileSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  bytes: z.number(),
  contentType: z.string(),
  /** As the store computed it, for example `crc32:ahNk6A==`. */
  checksum: z.string(),
  /** What the file's own bytes say that it is. */
  content: z.optional(contentFactsSchema),
  /** The same beside what AKOOL says and what was asked for; absent where nothing is to compare. */
  comparison: z.optional(z.array(comparedPropertySchema)),
  /** What is odd or wrong about the file; absent when nothing is. */
  doubts: z.optional(z.array(z.string())),
});

/** A file in the bucket, as the record has it. */
export const storedFileSchema = z.extend(archivedFileSchema, {
  etag: z.string(),
  versionId: z.optional(z.string()),
});

export type StoredFile = z.infer<typeof storedFileSchema>;
