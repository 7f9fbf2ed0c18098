import { tagNameSchema } from "#domain/job/tracking-request.ts";
import type { Reading } from "./pasted-value.ts";

/** Each tag costs a write for every hour that is added up, and a share of every entry. */
const MOST_TAGS = 3;

/**
 * Names of the tags that the ledger is grouped by, separated by commas.
 *
 * @returns the names, separated by commas alone
 */
export function readLedgerTags(text: string): Reading {
  const names = text.split(",").map((name) => name.trim());
  const isTag = (name: string) => tagNameSchema.safeParse(name).success;
  if (!names.every(isTag)) return { problem: "must be names of tags, separated by commas" };
  if (new Set(names).size > MOST_TAGS) return { problem: `must be at most ${MOST_TAGS} tags` };
  return { value: [...new Set(names)].join(",") };
}

/**
 * Shares of the budget at which to warn, separated by commas: numbers above 0 and up to 10, at most
 * ten of them.
 *
 * @returns the shares in ascending order, separated by commas alone
 */
export function readShares(text: string): Reading {
  const shares = text.split(",").map((share) => share.trim());
  const isShare = (share: string) =>
    /^\d{1,2}(?:\.\d{1,4})?$/.test(share) && Number(share) > 0 && Number(share) <= 10;
  if (!shares.every(isShare) || shares.length > 10) {
    return { problem: "must be up to ten shares above 0, such as 0.5,0.8,1" };
  }
  return { value: [...new Set(shares.map(Number))].sort((a, b) => a - b).join(",") };
}
