import * as z from "zod/mini";

export const partRecord = z.object({
  partNumber: z.number(),
  /** Name of the file that holds the bytes, in the upload's directory. */
  file: z.string(),
  size: z.number(),
  /** MD5 in hexadecimal. */
  etag: z.string(),
  /** Base64. */
  crc32: z.optional(z.string()),
  /** ISO 8601. */
  lastModified: z.string(),
});

export const uploadRecord = z.object({
  uploadId: z.string(),
  bucket: z.string(),
  key: z.string(),
  contentType: z.string(),
  userMetadata: z.record(z.string(), z.string()),
  tags: z.optional(z.record(z.string(), z.string())),
  storageClass: z.optional(z.string()),
  /** Present when the upload was created with the CRC32 algorithm. */
  checksumType: z.optional(z.enum(["FULL_OBJECT", "COMPOSITE"])),
  /** ISO 8601. */
  initiated: z.string(),
  /** The parts that are being joined; from then on the upload can only be completed or aborted. */
  joining: z.optional(z.array(partRecord)),
});

export type PartRecord = z.infer<typeof partRecord>;
export type UploadRecord = z.infer<typeof uploadRecord>;
