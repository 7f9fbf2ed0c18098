import type { SubmissionList, SubmissionState } from "#aws/submission-list.ts";
import { toIso } from "#domain/job/job.ts";
import {
  budgetState,
  type CreditBudget,
  daysOf,
  isBeyondBudget,
  periodOf,
} from "#domain/ledger/budget.ts";
import type { Meter } from "#domain/metrics.ts";
import { RequestRefused } from "#domain/refusals.ts";
import { readTotals } from "./read-ledger.ts";
import { type LedgerReading, readRecentHours } from "./recent-hours.ts";

export interface GuardDependencies extends LedgerReading {
  submissionList: Pick<SubmissionList, "estimate">;
  budget: CreditBudget;
  /** Epoch milliseconds. */
  now: () => number;
  meter: Meter;
}

/**
 * Refuses what the budget does not cover.
 *
 * @param estimatedCredits of the character swap that is asked for
 * @throws RequestRefused budget-reached
 */
export type GuardBudget = (estimatedCredits: number) => Promise<void>;

/** AKOOL may be making these, and the ledger does not know them. */
const UNDER_WAY: readonly SubmissionState[] = ["submitting", "submit_unknown"];

/**
 * Counts what AKOOL has charged in the period, by their estimates the swaps that it has not charged
 * yet, and the one that is asked for. Nothing is reserved: requests of the same second do not see each
 * other, and may exceed the budget by what they ask for.
 */
export function createBudgetGuard(dependencies: GuardDependencies): GuardBudget {
  const { submissionList, budget, now, meter } = dependencies;
  return async (estimatedCredits) => {
    const period = periodOf(budget, now());
    const [from, to] = daysOf(period);
    const recent = await readRecentHours(dependencies, from, to);
    const state = budgetState(budget, await readTotals(dependencies, recent, from, to), period);
    const estimates = await Promise.all(
      UNDER_WAY.map((kind) => submissionList.estimate(kind, from, toIso(now()))),
    );
    const intended = estimates.reduce((sum, credits) => sum + credits, estimatedCredits);
    if (!isBeyondBudget(state, intended)) return;
    meter.add("CreditBudgetRefused");
    const { limit, spent, running } = state;
    throw new RequestRefused(
      "budget-reached",
      `the budget of ${limit} credits for ${period} does not cover another ${estimatedCredits}: ` +
        `${spent} are charged and ${running + intended - estimatedCredits} are under way. Nothing was created`,
      { period, limit },
    );
  };
}
