import type { BudgetReachedDetail } from "#domain/events/event-schemas.ts";
import { dayOf, monthOf } from "./days.ts";
import { NO_SUMS, plus, type Sums } from "./sums.ts";

/** How many credits a deployment means to spend in a period, and at which shares it warns. */
export interface CreditBudget {
  credits: number;
  per: "day" | "month";
  /** Shares of the credits, 0.5 for a half, in ascending order. */
  warnAt: readonly number[];
}

/** What was spent of a budget. */
export interface BudgetState {
  /** The day (`2026-11-27`) or the month (`2026-11`), in UTC. */
  period: string;
  limit: number;
  /** Credits that AKOOL has charged for videos created in the period. */
  spent: number;
  /** Estimated credits of character swaps of the period that AKOOL has named no charge of yet. */
  running: number;
  /** `spent` as a share of the limit. */
  share: number;
}

/** @param now epoch milliseconds */
export function periodOf({ per }: CreditBudget, now: number): string {
  return per === "day" ? dayOf(now) : monthOf(dayOf(now));
}

/** The first and the last day of a period; the day after the month's last one has no hours. */
export function daysOf(period: string): [from: string, to: string] {
  return period.length === "2026-11".length ? [`${period}-01`, `${period}-31`] : [period, period];
}

/**
 * What the hours of a period add up to against the budget.
 *
 * @param hours hours (`2026-11-27T13`) with their sums; those of other periods are left out
 */
export function budgetState(
  budget: CreditBudget,
  hours: ReadonlyMap<string, Sums>,
  period: string,
): BudgetState {
  const { charged: spent, running } = [...hours]
    .filter(([hour]) => hour.startsWith(period))
    .reduce((sum, [, sums]) => plus(sum, sums), NO_SUMS);
  return { period, limit: budget.credits, spent, running, share: spent / budget.credits };
}

/** The shares that a warning is due for, in ascending order. */
export function reachedShares({ warnAt }: CreditBudget, { share }: BudgetState): number[] {
  return warnAt.filter((warned) => share >= warned);
}

/** The detail of the event that warns of a share. */
export function budgetDetail(
  { period, limit, spent, running }: BudgetState,
  share: number,
  at: string,
): BudgetReachedDetail {
  const eventId = `budget/${period}/${share}`;
  return { schemaVersion: "1", eventId, at, period, limit, spent, running, share };
}

/**
 * Whether another character swap would take the period above its limit. What runs counts by its
 * estimate, since AKOOL charges for it as well.
 *
 * @param intended estimated credits of swaps that the ledger does not know yet, this one included
 */
export function isBeyondBudget({ limit, spent, running }: BudgetState, intended: number): boolean {
  return spent + running + intended > limit;
}
