import * as z from "zod/mini";

const objectChecksum = z.object({
  /** Base64; with `-<parts>` when composite. */
  crc32: z.string(),
  type: z.enum(["FULL_OBJECT", "COMPOSITE"]),
});

/** What is known of an object beside its bytes; kept as JSON in the metadata directory. */
export const objectRecord = z.object({
  key: z.string(),
  /** Bytes. */
  size: z.number(),
  /** Without quotes. */
  etag: z.string(),
  /** ISO 8601. */
  lastModified: z.string(),
  contentType: z.string(),
  userMetadata: z.record(z.string(), z.string()),
  checksum: z.optional(objectChecksum),
  tags: z.optional(z.record(z.string(), z.string())),
  /** Absent for `STANDARD`. */
  storageClass: z.optional(z.string()),
});

export type ObjectRecord = z.infer<typeof objectRecord>;
export type ObjectChecksum = z.infer<typeof objectChecksum>;
