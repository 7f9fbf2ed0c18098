import * as z from "zod/mini";
import { importJobSchema, importSummarySchema, readImportJob } from "#domain/imports/import.ts";
import { limitSchema } from "./schemas.ts";

const MAX_INLINE_JOBS = 1_000;

/** Source: S3 user guide, bucket naming rules, and the length of a key in bytes of UTF-8. */
const bucket = z.string().check(z.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/));
const key = z.string().check(z.minLength(1), z.maxLength(1024));

const sourceSchema = z.strictObject({ bucket, key });

/** `s3://bucket/key`, for the same. */
const sourceUrl = z.pipe(
  z.string().check(z.regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.{1,1024}$/s)),
  z.transform((url) => {
    const path = url.slice("s3://".length);
    const slash = path.indexOf("/");
    return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
  }),
);

/** Refuses what the import itself would report as malformed. */
const readableJob = importJobSchema.check(
  z.superRefine((job, context) => {
    const read = readImportJob(job);
    if ("problem" in read) context.addIssue(read.problem);
  }),
);

const jobs = z.array(readableJob).check(z.minLength(1), z.maxLength(MAX_INLINE_JOBS));

export const createImportSchema = z.union(
  [z.strictObject({ jobs }), jobs, z.strictObject({ source: z.union([sourceSchema, sourceUrl]) })],
  `must be {jobs}, 1 to ${MAX_INLINE_JOBS} ids or jobs as POST /jobs takes them, or these in a list, or {source}, an ` +
    "object in S3 as {bucket, key} or s3://bucket/key",
);

const importId = z.string().check(z.regex(/^[0-9a-f-]{36}$/, "must be an import's id"));

export const importIdParameters = z.object({ importId });

const timestamp = z.iso.datetime();

/** An import as the API shows it. */
export const importViewSchema = z.object({
  importId,
  state: z.enum(["running", "succeeded", "failed"]),
  source: z.object({ bucket: z.string(), key: z.string() }),
  startedAt: timestamp,
  endedAt: z.optional(timestamp),
  /** While it runs: lines by the state of their batches. */
  progress: z.optional(
    z.object({
      total: z.int(),
      pending: z.int(),
      running: z.int(),
      done: z.int(),
      failed: z.int(),
    }),
  ),
  /** Once it has succeeded: lines that are not blank, and their count by outcome. */
  lines: z.optional(z.int()),
  outcomes: z.optional(importSummarySchema.shape.outcomes),
  /** The files of the report, JSON Lines; `url` works for a while. */
  report: z.optional(
    z.array(z.object({ bucket: z.string(), key: z.string(), bytes: z.int(), url: z.string() })),
  ),
  failure: z.optional(z.object({ code: z.string(), reason: z.string() })),
});

export const listImportsQuery = z.strictObject({
  limit: z.optional(limitSchema),
  cursor: z.optional(z.string().check(z.maxLength(8_192))),
});

export const importPageSchema = z.object({
  /** Newest first. */
  imports: z.array(
    z.pick(importViewSchema, { importId: true, state: true, startedAt: true, endedAt: true }),
  ),
  /** Pass it as `cursor` for the next page, within a day; absent on the last one. */
  cursor: z.optional(z.string()),
});

export type ImportView = z.infer<typeof importViewSchema>;
