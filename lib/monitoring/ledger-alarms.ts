import {
  type AlarmRule,
  ANY,
  ANY_OF_THREE,
  AT_LEAST,
  AT_ONCE,
  MORE_THAN,
  NOTHING_HAPPENED,
} from "./alarm-rule.ts";
import type { ArchiverMetrics } from "./metrics.ts";

/** Six runs of the sweeper, each of which adds up all that has changed if it can. */
const LEDGER_DELAY_SECONDS = 1_800;

/**
 * What jobs have cost.
 *
 * @param hasBudget whether a budget of credits is configured
 */
export function ledgerRules(metrics: ArchiverMetrics, hasBudget: boolean): AlarmRule[] {
  const behind: AlarmRule = {
    id: "LedgerBehind",
    means:
      "The ledger's sums lack changes of half an hour ago and more. GET /ledger, GET /summary and " +
      "the budget show too little; no entry is lost, and no video is in danger.",
    runbook: "The ledger is behind",
    metric: metrics.maximum("LedgerDelay"),
    threshold: LEDGER_DELAY_SECONDS,
    comparison: MORE_THAN,
    periods: ANY_OF_THREE,
    // A sweeper that does not run, and a table that takes no entries, have alarms of their own.
    missing: NOTHING_HAPPENED,
    minutes: { toGoOff: AT_ONCE, toEnd: 20 },
  };
  return hasBudget ? [behind, budgetRule(metrics)] : [behind];
}

/** The event says the same to programs; this one is for people, who have alarms mailed to them. */
function budgetRule(metrics: ArchiverMetrics): AlarmRule {
  return {
    id: "BudgetReached",
    means:
      "AKOOL has charged a share of the credit budget that a warning is configured for. " +
      "It ends by itself, although the credits are spent.",
    runbook: "The credit budget",
    metric: metrics.count("CreditBudgetReached"),
    threshold: ANY,
    comparison: AT_LEAST,
    periods: ANY_OF_THREE,
    missing: NOTHING_HAPPENED,
    minutes: { toGoOff: AT_ONCE, toEnd: 20 },
  };
}
