import * as z from "zod/mini";

/**
 * The routes that tell about many jobs at once. Members that this page does not know are left alone,
 * so that a newer archiver may say more.
 */
const countsSchema = z.record(z.string(), z.number());

export const summarySchema = z.object({
  at: z.string(),
  counts: countsSchema,
  countedAt: z.optional(z.string()),
  expiring: z.array(
    z.object({
      videoModelId: z.string(),
      status: z.string(),
      videoExpiresAt: z.string(),
      reason: z.optional(z.string()),
      missing: z.string(),
    }),
  ),
  submissionsUnknown: z.number(),
  needsPerson: z.array(
    z.object({ kind: z.string(), count: z.number(), detail: z.optional(z.string()) }),
  ),
  imports: z.array(z.object({ importId: z.string(), state: z.string(), startedAt: z.string() })),
  credits: z.optional(
    z.object({ day: z.string(), charged: z.number(), estimated: z.optional(z.number()) }),
  ),
  budget: z.optional(
    z.object({ period: z.string(), limit: z.number(), spent: z.number(), share: z.number() }),
  ),
});

export type Summary = z.infer<typeof summarySchema>;

const archivedSchema = z.object({
  archived: z.number(),
  bytes: z.number(),
  missing: z.number(),
  missingCredits: z.optional(z.number()),
});

const totalSchema = z.object({
  jobs: z.number(),
  credits: z.object({ charged: z.number(), estimated: z.number() }),
  videos: archivedSchema,
  companions: z.optional(archivedSchema),
  failed: z.object({ jobs: z.number(), credits: z.number() }),
});

export const ledgerSchema = z.object({
  from: z.string(),
  to: z.string(),
  groupBy: z.string(),
  rows: z.array(z.extend(totalSchema, { group: z.string() })),
  total: totalSchema,
  missingUntil: z.optional(z.string()),
  submissions: z.optional(z.object({ settled: z.number(), unknown: z.number() })),
});

export type Ledger = z.infer<typeof ledgerSchema>;
export type LedgerTotal = z.infer<typeof totalSchema>;

export const submissionListSchema = z.object({
  submissions: z.array(
    z.object({
      idempotencyKey: z.string(),
      state: z.string(),
      estimatedCredits: z.number(),
      createdAt: z.string(),
      updatedAt: z.string(),
      videoModelId: z.optional(z.string()),
      reason: z.optional(z.string()),
    }),
  ),
  cursor: z.optional(z.string()),
});

export type ListedSubmission = z.infer<typeof submissionListSchema>["submissions"][number];

export const importListSchema = z.object({
  imports: z.array(
    z.object({
      importId: z.string(),
      state: z.string(),
      startedAt: z.string(),
      endedAt: z.optional(z.string()),
    }),
  ),
  cursor: z.optional(z.string()),
});

export type ListedImport = z.infer<typeof importListSchema>["imports"][number];
