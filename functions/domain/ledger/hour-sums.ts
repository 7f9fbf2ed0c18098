import * as z from "zod/mini";
import { JOB_STATUSES, type JobStatus, jobStatusSchema } from "#domain/job/job-status.ts";
import { type JobFacts, sumsOf } from "./entry.ts";
import { NO_SUMS, plus, type Sums } from "./sums.ts";

/** How the ledger's rows are grouped: by day, by product, or by the values of one tag. */
export type Grouping = "total" | "product" | `tag:${string}`;

/** One group and its sums. */
export interface GroupSums {
  group: string;
  sums: Sums;
}

export const statusCountsSchema = z.partialRecord(jobStatusSchema, z.int());
export type StatusCounts = Partial<Record<JobStatus, number>>;

/** What all jobs of one hour add up to. */
export interface HourSums {
  total: Sums;
  /** Jobs by their status. */
  statuses: StatusCounts;
  /** By grouping, `total` apart. */
  groups: ReadonlyMap<Grouping, readonly GroupSums[]>;
}

/** The group of jobs that do not have the tag, and of all groups beyond the bound. */
export const WITHOUT_TAG = "none";
export const OTHER = "other";

/**
 * Groups that one hour keeps of one grouping, and the bytes that their names may have together: a
 * month has 744 hours, and a read of DynamoDB brings 1 MB.
 */
const MOST_GROUPS = 50;
const MOST_NAME_BYTES = 4_000;

/** Adds up the jobs of one hour, one after the other. */
export class HourCounter {
  readonly #groupings: readonly Grouping[];
  readonly #groups = new Map<Grouping, Map<string, Sums>>();
  readonly #statuses: StatusCounts = {};
  #total = NO_SUMS;

  /** @param ledgerTags names of the tags that the ledger is grouped by */
  constructor(ledgerTags: readonly string[]) {
    this.#groupings = groupingsOf(ledgerTags);
  }

  add(facts: JobFacts): void {
    const sums = sumsOf(facts);
    this.#total = plus(this.#total, sums);
    this.#statuses[facts.status] = (this.#statuses[facts.status] ?? 0) + 1;
    for (const grouping of this.#groupings) {
      const groups = this.#groups.get(grouping) ?? new Map<string, Sums>();
      const group = groupOf(facts, grouping);
      groups.set(group, plus(groups.get(group) ?? NO_SUMS, sums));
      this.#groups.set(grouping, groups);
    }
  }

  result(): HourSums {
    const groups = this.#groupings.map(
      (grouping) => [grouping, bounded(this.#groups.get(grouping) ?? new Map())] as const,
    );
    return { total: this.#total, statuses: this.#statuses, groups: new Map(groups) };
  }
}

/** Every grouping that is kept beside the total. */
function groupingsOf(ledgerTags: readonly string[]): Grouping[] {
  return ["product", ...ledgerTags.map((name): Grouping => `tag:${name}`)];
}

/**
 * The groups with most jobs, and the rest as `other`.
 *
 * @param most groups that are kept beside `other`
 */
export function bounded(
  groups: ReadonlyMap<string, Sums>,
  most = MOST_GROUPS,
  nameBytes = MOST_NAME_BYTES,
): GroupSums[] {
  const sorted = [...groups].sort(
    ([oneName, one], [otherName, other]) => other.jobs - one.jobs || (oneName < otherName ? -1 : 1),
  );
  const kept = new Map<string, Sums>();
  let left = nameBytes;
  for (const [name, sums] of sorted) {
    const fits = kept.size < most && Buffer.byteLength(name) <= left;
    const group = fits ? name : OTHER;
    if (fits) left -= Buffer.byteLength(name);
    kept.set(group, plus(kept.get(group) ?? NO_SUMS, sums));
  }
  return [...kept].map(([group, sums]) => ({ group, sums }));
}

/** Counts of two disjoint sets of jobs. */
export function together(one: StatusCounts, other: StatusCounts): StatusCounts {
  const counts = JOB_STATUSES.map(
    (status) => [status, (one[status] ?? 0) + (other[status] ?? 0)] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function groupOf({ product, tags }: JobFacts, grouping: Grouping): string {
  if (grouping === "product") return product;
  return tags[grouping.slice("tag:".length)] ?? WITHOUT_TAG;
}
