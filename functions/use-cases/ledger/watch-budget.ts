import { budgetReachedEvent } from "#aws/event-entries.ts";
import type { LedgerNotes } from "#aws/ledger-notes.ts";
import type { LedgerSums } from "#aws/ledger-sums.ts";
import type { PublishBudgetEvent } from "#aws/publish-events.ts";
import { toIso } from "#domain/job/job.ts";
import {
  budgetDetail,
  budgetState,
  type CreditBudget,
  daysOf,
  periodOf,
  reachedShares,
} from "#domain/ledger/budget.ts";
import { monthOf } from "#domain/ledger/days.ts";
import type { Meter } from "#domain/metrics.ts";
import type { JobDependencies } from "#use-cases/tracking/dependencies.ts";

export interface WatchDependencies extends Pick<JobDependencies, "eventBusName" | "log" | "now"> {
  publish: PublishBudgetEvent;
  sums: Pick<LedgerSums, "totals">;
  notes: Pick<LedgerNotes, "wasWarned" | "noteWarned">;
  budget: CreditBudget | undefined;
  meter: Meter;
}

const DAY_MS = 86_400_000;

/**
 * Warns once for each share of the budget that a period has reached (again after a crash in between,
 * under the same id). The period before is watched for another day: what was created in its last
 * hours ends after it.
 */
export async function watchBudget(dependencies: WatchDependencies): Promise<void> {
  const { budget, now, meter } = dependencies;
  if (budget === undefined) return;
  const current = periodOf(budget, now());
  const before = periodOf(budget, now() - DAY_MS);
  for (const period of new Set([before, current])) {
    const share = await warn(dependencies, budget, period);
    if (period === current) meter.add("CreditBudgetUsed", share * 100);
  }
}

/** @returns the share of the budget that was spent */
async function warn(
  { sums, notes, publish, eventBusName, log, now, meter }: WatchDependencies,
  budget: CreditBudget,
  period: string,
): Promise<number> {
  const hours = await sums.totals(monthOf(period), ...daysOf(period));
  const state = budgetState(budget, hours, period);
  for (const share of reachedShares(budget, state)) {
    if (await notes.wasWarned(period, share)) continue;
    const at = toIso(now());
    await publish(budgetReachedEvent(budgetDetail(state, share, at), eventBusName), undefined);
    await notes.noteWarned(period, share, at);
    meter.add("CreditBudgetReached");
    log.warn("a share of the credit budget was reached", { ...state, share });
  }
  return state.share;
}
