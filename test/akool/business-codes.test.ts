import { describe, expect, it } from "vitest";
import { type CodeMeaning, meaningOf } from "#akool/business-codes.ts";

/** AKOOL's table row by row, written out again on purpose: a changed row has to be changed twice. */
const ROWS: [number, CodeMeaning][] = [
  [1000, "success"],
  [1003, "rejected"],
  [1004, "rejected"],
  [1005, "throttled"],
  [1008, "not_found"],
  [1009, "rejected"],
  [1010, "rejected"],
  [1011, "rejected"],
  [1014, "not_found"],
  [1015, "unavailable"],
  [1101, "account_fault"],
  [1102, "account_fault"],
  [1103, "account_fault"],
  [1104, "account_fault"],
  [1105, "unavailable"],
  [1108, "unavailable"],
  [1109, "account_fault"],
  [1110, "unavailable"],
  [1111, "unavailable"],
  [1112, "unavailable"],
  [1200, "account_fault"],
  [1201, "unavailable"],
  [1205, "unavailable"],
  [1206, "unavailable"],
  [1211, "unavailable"],
  [1212, "unavailable"],
  [1213, "account_fault"],
  [1221, "account_fault"],
  [2001, "unavailable"],
];

describe("AKOOL's business codes", () => {
  it.each(ROWS)("%d means %s", (code, meaning) => {
    expect(meaningOf(code)).toBe(meaning);
  });

  it("takes every other code for undocumented", () => {
    const documented = new Set(ROWS.map(([code]) => code));
    const others = Array.from({ length: 3_000 }, (_, code) => code).filter(
      (code) => !documented.has(code),
    );

    expect(others.filter((code) => meaningOf(code) !== "undocumented")).toEqual([]);
  });
});
