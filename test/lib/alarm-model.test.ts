import { describe, expect, it } from "vitest";
import { type AlarmState, stateOf } from "#test/support/cloudwatch.ts";
import { evaluate } from "#test/support/metric-math.ts";

/** Oldest first, as AWS writes them: 0 does not breach, X does, - is missing. */
function state(row: string, crossed: number, TreatMissingData: "breaching" | "notBreaching") {
  const points = row
    .split(" ")
    .map((point) => (point === "-" ? undefined : point === "X"))
    .toReversed();
  return stateOf(points, { EvaluationPeriods: 3, DatapointsToAlarm: crossed, TreatMissingData });
}

describe("the model of an alarm decides the examples of CloudWatch's own page", () => {
  it.each<[string, number, AlarmState, AlarmState]>([
    ["0 - X - X", 3, "OK", "OK"],
    ["0 - - - -", 3, "OK", "OK"],
    ["- - - - -", 3, "ALARM", "OK"],
    ["0 X X - X", 3, "ALARM", "ALARM"],
    ["- - - - X", 3, "ALARM", "OK"],
    ["X - - - -", 3, "ALARM", "OK"],
    ["0 - X - X", 2, "ALARM", "ALARM"],
    ["0 0 X 0 X", 2, "ALARM", "ALARM"],
    ["0 - X - -", 2, "ALARM", "OK"],
    ["- - - - 0", 2, "ALARM", "OK"],
    ["- - - - X", 2, "ALARM", "OK"],
  ])("%s with %i of 3: %s where missing is bad, %s where it is good", (row, crossed, bad, good) => {
    expect(state(row, crossed, "breaching")).toBe(bad);
    expect(state(row, crossed, "notBreaching")).toBe(good);
  });
});

describe("the model of metric math", () => {
  it.each([
    ["FILL(a, 0)", [1, 0, 3]],
    ["a + b", [11, 20, 3]],
    ["a >= 3", [0, 0, 1]],
    ["b / a", [10, undefined, 0]],
    ["(FILL(a, 0) + 2) * 3 - 1", [8, 5, 14]],
    ["IF(FILL(b, 0) >= 20, 100 * FILL(a, 0) / b, 0)", [0, 0, 0]],
    ["FILL(none, 7)", [7, 7, 7]],
  ])("gives for %s what CloudWatch does", (expression, values) => {
    const metrics = {
      a: [1, undefined, 3],
      b: [10, 20, undefined],
      none: Array(3).fill(undefined),
    };

    expect(evaluate(expression, metrics, true)).toEqual(values);
  });

  it("can leave a metric without any data empty", () => {
    const none = [undefined, undefined];

    expect(evaluate("FILL(none, 0)", { none }, false)).toEqual(none);
  });

  it.each(["a ^ 2", "SUM(METRICS())", "a +", "(a", "a b"])("knows nothing of %s", (expression) => {
    expect(() => evaluate(expression, { a: [1] }, true)).toThrow(SyntaxError);
  });
});
