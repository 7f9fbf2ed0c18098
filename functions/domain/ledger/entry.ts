import * as z from "zod/mini";
import { given } from "#domain/given.ts";
import { creditsCharged } from "#domain/job/credits.ts";
import { believedCreation, type Job, toIso } from "#domain/job/job.ts";
import { isEnded, jobStatusSchema } from "#domain/job/job-status.ts";
import { type CountedJob, missingOf } from "./missing.ts";
import { NO_SUMS, type Sums } from "./sums.ts";

/** What the ledger takes from a job's record. */
const factsSchema = z.object({
  status: jobStatusSchema,
  product: z.string(),
  /** The tags that the ledger is grouped by, as far as the job has them. */
  tags: z.record(z.string(), z.string()),
  charged: z.optional(z.number()),
  estimated: z.optional(z.number()),
  /** `missing`: AKOOL has made it, and it is not in the bucket. `none`: AKOOL has made none. */
  video: z.enum(["archived", "missing", "none"]),
  bytes: z.optional(z.number()),
  companionsArchived: z.optional(z.int()),
  companionBytes: z.optional(z.number()),
  companionsMissing: z.optional(z.int()),
  /** Until when what is missing may still come. */
  missingUntil: z.optional(z.string()),
});

export type JobFacts = z.infer<typeof factsSchema>;

/** One job in the ledger. */
export const ledgerEntrySchema = z.object({
  videoModelId: z.string(),
  /** The hour (UTC) that the job is counted in, `2026-11-27T13`; it never changes. */
  hour: z.string(),
  /** The record that the facts are from, and its version: an older one replaces no newer one. */
  acceptedAt: z.string(),
  version: z.int(),
  facts: factsSchema,
  /** What earlier records of the same video have settled, which their retention has deleted. */
  earlier: z.optional(factsSchema),
});

export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

/** The product of jobs that were created through `POST /character-swaps`. */
const CHARACTER_SWAP = "character_swap";
const UNKNOWN_PRODUCT = "unknown";

/** The hour that a job is counted in when it is first entered: that of its creation at AKOOL. */
export function hourOf(job: Job): string {
  return toIso(believedCreation(job)).slice(0, "2026-11-27T13".length);
}

/**
 * What the ledger has to know of a job: of every one that has ended, also while a further attempt
 * runs, and of a character swap from its creation on, since its credits are spent by then.
 *
 * @param ledgerTags names of the tags that the ledger is grouped by
 * @returns undefined for any other job
 */
export function factsOf(job: CountedJob, ledgerTags: readonly string[]): JobFacts | undefined {
  const isCounted = isEnded(job.status) || job.attempt > 1 || job.submission !== undefined;
  if (!isCounted) return undefined;
  const video = videoOf(job);
  const companions = job.companions ?? [];
  const stored = companions.filter(({ state }) => state === "archived");
  const missing = missingOf(job);
  // A video that AKOOL has not made yet is not missing.
  const mayCome = missing === "companions" || (missing === "video" && video === "missing");
  return {
    status: job.status,
    product: productOf(job),
    tags: Object.fromEntries(
      Object.entries(job.tags).filter(([name]) => ledgerTags.includes(name)),
    ),
    ...given("charged", creditsCharged(job.akool)),
    ...given("estimated", job.submission?.estimatedCredits),
    video,
    ...given("bytes", job.archive?.bytes),
    ...given("companionsArchived", stored.length || undefined),
    ...given("companionBytes", stored.reduce((sum, { bytes = 0 }) => sum + bytes, 0) || undefined),
    ...given("companionsMissing", companions.length - stored.length || undefined),
    ...given("missingUntil", mayCome ? job.videoExpiresAt : undefined),
  };
}

/**
 * The entry once a record has been read that may be older, newer or the same as the one known.
 *
 * @returns the known entry itself if the record says nothing new
 */
export function entryAfter(
  known: LedgerEntry | undefined,
  { videoModelId, acceptedAt, version }: Pick<Job, "videoModelId" | "acceptedAt" | "version">,
  facts: JobFacts,
  hour: string,
): LedgerEntry {
  const next: LedgerEntry = { videoModelId, hour, acceptedAt, version, facts };
  if (known === undefined) return next;
  if (known.acceptedAt === acceptedAt) {
    if (version < known.version) return known;
    return known.earlier === undefined ? next : { ...next, earlier: known.earlier };
  }
  if (acceptedAt < known.acceptedAt) return known;
  return { ...next, earlier: settledFacts(known) };
}

/**
 * What is true of a job after all records that there were of it. Nothing that was charged or archived
 * is undone because a later record knows nothing of it.
 */
export function settledFacts({ facts, earlier }: LedgerEntry): JobFacts {
  if (earlier === undefined) return facts;
  const kept = earlier.video === "archived" && facts.video !== "archived" ? earlier : facts;
  return {
    ...kept,
    product: facts.product === UNKNOWN_PRODUCT ? earlier.product : facts.product,
    tags: { ...earlier.tags, ...facts.tags },
    ...given("charged", facts.charged ?? earlier.charged),
    ...given("estimated", facts.estimated ?? earlier.estimated),
  };
}

/** What one job adds to the sums. */
export function sumsOf(facts: JobFacts): Sums {
  const { charged = 0, video } = facts;
  const isMissing = video === "missing";
  const hasFailed = video === "none" && isEnded(facts.status);
  const runs = !isEnded(facts.status) && facts.charged === undefined;
  return {
    ...NO_SUMS,
    jobs: 1,
    charged,
    estimated: facts.estimated ?? 0,
    running: runs ? (facts.estimated ?? 0) : 0,
    archived: video === "archived" ? 1 : 0,
    bytes: facts.bytes ?? 0,
    missing: isMissing ? 1 : 0,
    missingCredits: isMissing ? charged : 0,
    companionsArchived: facts.companionsArchived ?? 0,
    companionBytes: facts.companionBytes ?? 0,
    companionsMissing: facts.companionsMissing ?? 0,
    failed: hasFailed ? 1 : 0,
    failedCredits: hasFailed ? charged : 0,
    ...given("missingUntil", facts.missingUntil),
  };
}

/** AKOOL publishes no table of the numbers in `type`: they are handed on as they are. */
function productOf({ submission, akool }: CountedJob): string {
  if (submission !== undefined) return CHARACTER_SWAP;
  return typeof akool?.type === "number" ? `type:${akool.type}` : UNKNOWN_PRODUCT;
}

function videoOf({ archive, status, statusHistory }: CountedJob): JobFacts["video"] {
  if (archive !== undefined) return "archived";
  // The timeline keeps AKOOL's first verdict, however many attempts there were.
  const wasMade = statusHistory.some((change) => change.status === "completed");
  return wasMade && status !== "failed" ? "missing" : "none";
}
