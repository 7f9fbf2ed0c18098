import { beforeEach, describe, expect, it } from "vitest";
import { EnvironmentBudget } from "../../src/lambda/environment-budget.ts";
import type { ExecutionEnvironment } from "../../src/lambda/execution-environment.ts";

let now: number;
let budget: EnvironmentBudget;
let discarded: string[];

beforeEach(() => {
  now = 0;
  discarded = [];
  budget = new EnvironmentBudget(2, () => now);
});

/** An idle environment, which counts itself out when it is given up. */
function resting(name: string): ExecutionEnvironment {
  const environment = { isAlive: true, invoke: async () => name, close: async () => {} };
  budget.takeRoom(true);
  budget.rests(environment, () => {
    discarded.push(name);
    budget.ended(environment);
  });
  return environment;
}

describe("the room for environments", () => {
  it("ends at the limit, except for a function's first", () => {
    const taken = [false, false, false, true].map((isFirst) => budget.takeRoom(isFirst));

    expect(taken).toEqual([true, true, false, true]);
  });

  it("is made by the one that was used longest ago, once it is unused for a while", () => {
    resting("a");
    now = 500;
    resting("b");
    now = 999;

    expect(budget.takeRoom(false)).toBe(false);
    now = 1_000;
    expect(budget.takeRoom(false)).toBe(true);
    expect(discarded).toEqual(["a"]);
    expect(budget.takeRoom(false)).toBe(false);
  });

  it("is made at once for a function's first", () => {
    resting("a");
    resting("b");

    expect(budget.takeRoom(true)).toBe(true);
    expect(discarded).toEqual(["a"]);
  });

  it("is not made by one that works, or that has ended", () => {
    const [a, b] = [resting("a"), resting("b")];
    now = 5_000;
    budget.works(a);
    budget.ended(b);

    expect([budget.takeRoom(false), budget.takeRoom(false)]).toEqual([true, false]);
    expect(discarded).toEqual([]);
  });
});
