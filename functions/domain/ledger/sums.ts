import * as z from "zod/mini";

/**
 * The amounts of a group of jobs, in the order in which the table holds them: a new one comes at the
 * end, where older items have none.
 */
const AMOUNTS = [
  "jobs",
  /** Credits that AKOOL says it has charged. */
  "charged",
  /** Credits that character swaps were expected to cost. */
  "estimated",
  /** The part of `estimated` whose jobs still run, and of which AKOOL has named no charge. */
  "running",
  "archived",
  "bytes",
  /** Videos that AKOOL has made and that are not in the bucket, and what was charged for them. */
  "missing",
  "missingCredits",
  "companionsArchived",
  "companionBytes",
  "companionsMissing",
  /** Jobs that have ended without a video, and what was charged for them. */
  "failed",
  "failedCredits",
] as const;

/** What a group of jobs adds up to. */
export type Sums = Record<(typeof AMOUNTS)[number], number> & {
  /** When the first of the missing files that may still come is deleted by AKOOL, ISO 8601. */
  missingUntil?: string;
};

/** Sums as an item holds them: without names, so that a month is read at once. */
export const storedSumsSchema = z.object({
  amounts: z.array(z.number()),
  missingUntil: z.optional(z.string()),
});

export type StoredSums = z.infer<typeof storedSumsSchema>;

/** Nothing at all. */
export const NO_SUMS: Sums = fromStored({ amounts: [] });

/** Both together. */
export function plus(one: Sums, other: Sums): Sums {
  // Nothing sorts behind every text.
  const missingUntil = [one.missingUntil, other.missingUntil].sort()[0];
  const amounts = AMOUNTS.map((name) => rounded(one[name] + other[name]));
  return fromStored({ amounts, missingUntil });
}

export function toStored(sums: Sums): StoredSums {
  const { missingUntil } = sums;
  const amounts = AMOUNTS.map((name) => sums[name]);
  return missingUntil === undefined ? { amounts } : { amounts, missingUntil };
}

export function fromStored({ amounts, missingUntil }: StoredSums): Sums {
  const at = (name: (typeof AMOUNTS)[number]) => amounts[AMOUNTS.indexOf(name)] ?? 0;
  return {
    jobs: at("jobs"),
    charged: at("charged"),
    estimated: at("estimated"),
    running: at("running"),
    archived: at("archived"),
    bytes: at("bytes"),
    missing: at("missing"),
    missingCredits: at("missingCredits"),
    companionsArchived: at("companionsArchived"),
    companionBytes: at("companionBytes"),
    companionsMissing: at("companionsMissing"),
    failed: at("failed"),
    failedCredits: at("failedCredits"),
    ...(missingUntil !== undefined && { missingUntil }),
  };
}

/** Credits can be fractions, whose sum would otherwise depend on the order of adding. */
function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
