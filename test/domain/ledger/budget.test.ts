import { describe, expect, it } from "vitest";
import {
  budgetDetail,
  budgetState,
  type CreditBudget,
  daysOf,
  isBeyondBudget,
  periodOf,
  reachedShares,
} from "#domain/ledger/budget.ts";
import { NO_SUMS, type Sums } from "#domain/ledger/sums.ts";

const NOW = Date.parse("2026-11-27T13:00:00.000Z");
const MONTHLY: CreditBudget = { credits: 200, per: "month", warnAt: [0.5, 0.8, 1] };
const DAILY: CreditBudget = { ...MONTHLY, per: "day" };

const HOURS = new Map<string, Sums>([
  ["2026-10-31T23", { ...NO_SUMS, charged: 1_000 }],
  ["2026-11-26T10", { ...NO_SUMS, charged: 100 }],
  ["2026-11-27T12", { ...NO_SUMS, charged: 60, running: 15 }],
]);

describe("a budget", () => {
  it("is spent by what was charged for the videos of its period", () => {
    expect(budgetState(MONTHLY, HOURS, periodOf(MONTHLY, NOW))).toEqual({
      ...{ period: "2026-11", limit: 200, spent: 160, running: 15, share: 0.8 },
    });
    expect(budgetState(DAILY, HOURS, periodOf(DAILY, NOW))).toEqual({
      ...{ period: "2026-11-27", limit: 200, spent: 60, running: 15, share: 0.3 },
    });
  });

  it("covers the days of its period", () => {
    expect(daysOf("2026-11")).toEqual(["2026-11-01", "2026-11-31"]);
    expect(daysOf("2026-11-27")).toEqual(["2026-11-27", "2026-11-27"]);
  });

  it("warns of the shares that are reached, the share itself included", () => {
    const state = budgetState(MONTHLY, HOURS, "2026-11");

    expect(reachedShares(MONTHLY, state)).toEqual([0.5, 0.8]);
    expect(reachedShares(MONTHLY, { ...state, share: 0.49 })).toEqual([]);
  });

  it("says in the event what was reached, under an id of its own for each share", () => {
    const state = budgetState(MONTHLY, HOURS, "2026-11");

    expect(budgetDetail(state, 0.8, "2026-11-27T13:00:00.000Z")).toEqual({
      schemaVersion: "1",
      eventId: "budget/2026-11/0.8",
      at: "2026-11-27T13:00:00.000Z",
      ...{ period: "2026-11", limit: 200, spent: 160, running: 15, share: 0.8 },
    });
  });

  it("covers what takes it to its limit, and not a credit more", () => {
    const state = budgetState(MONTHLY, HOURS, "2026-11");

    expect(isBeyondBudget(state, 25)).toBe(false);
    expect(isBeyondBudget(state, 25.5)).toBe(true);
  });
});
