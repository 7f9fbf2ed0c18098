import { describe, expect, it } from "vitest";
import { type CreateMeaning, meaningOf, type PollMeaning } from "#akool/business-codes.ts";
import { outcomeOf } from "#akool/create-outcome.ts";
import { interpret } from "#akool/interpret.ts";
import type { Observation } from "#domain/job/observation.ts";

const ID = "689174694b4dbdd4ab3d28c9";

/**
 * AKOOL's table row by row, for a poll and for a create call, written out again on purpose: a changed
 * row has to be changed twice.
 */
const ROWS: [number, PollMeaning, CreateMeaning][] = [
  [1000, "success", "success"],
  [1003, "rejected", "refused"],
  [1004, "rejected", "refused"],
  [1005, "throttled", "not_now"],
  [1006, "account_fault", "not_now"],
  [1007, "rejected", "refused"],
  [1008, "not_found", "refused"],
  [1009, "rejected", "refused"],
  [1010, "rejected", "refused"],
  [1011, "rejected", "refused"],
  [1013, "rejected", "refused"],
  [1014, "not_found", "refused"],
  [1015, "unavailable", "unknown"],
  [1016, "unavailable", "unknown"],
  [1017, "rejected", "refused"],
  [1101, "account_fault", "not_now"],
  [1102, "account_fault", "not_now"],
  [1103, "account_fault", "not_now"],
  [1104, "account_fault", "not_now"],
  [1105, "unavailable", "unknown"],
  [1108, "unavailable", "unknown"],
  [1109, "account_fault", "not_now"],
  [1110, "unavailable", "unknown"],
  [1111, "unavailable", "unknown"],
  [1112, "unavailable", "unknown"],
  [1200, "account_fault", "not_now"],
  [1201, "unavailable", "unknown"],
  [1202, "rejected", "refused"],
  [1203, "rejected", "refused"],
  [1204, "rejected", "refused"],
  [1205, "unavailable", "unknown"],
  [1206, "unavailable", "unknown"],
  [1207, "rejected", "refused"],
  [1208, "rejected", "refused"],
  [1209, "rejected", "refused"],
  [1210, "rejected", "refused"],
  [1211, "unavailable", "unknown"],
  [1212, "unavailable", "unknown"],
  [1213, "account_fault", "not_now"],
  [1214, "unexpected", "unknown"],
  [1215, "unexpected", "unknown"],
  [1216, "unexpected", "unknown"],
  [1217, "unexpected", "unknown"],
  [1218, "unexpected", "unknown"],
  [1219, "unexpected", "unknown"],
  [1220, "unexpected", "unknown"],
  [1221, "account_fault", "not_now"],
  [1222, "rejected", "refused"],
  [1223, "unexpected", "unknown"],
  [2001, "unavailable", "unknown"],
];

/** What a poll of a job that AKOOL does not describe under such a code has seen. */
const SEEN: Readonly<Record<PollMeaning, Observation["kind"]>> = {
  success: "unavailable",
  throttled: "throttled",
  unavailable: "unavailable",
  unexpected: "unavailable",
  account_fault: "account_fault",
  not_found: "not_found",
  rejected: "rejected",
  undocumented: "unavailable",
};

/** Numbers and texts are the same code. */
const SPELLINGS = [(code: number) => code, String, (code: number) => ` ${code} `] as const;

describe("AKOOL's business codes", () => {
  it.each(ROWS)("%d means %s to a poll and %s to a create call", (code, poll, create) => {
    expect(meaningOf(code)).toEqual({ poll, create });
  });

  it.each(ROWS)("a poll that is answered with %d has seen %s, in any spelling", (code, poll) => {
    for (const spelling of SPELLINGS) {
      const body = JSON.stringify({ code: spelling(code), msg: "text" });

      const seen = interpret(ID, { status: 200, body });

      expect(seen.kind).toBe(SEEN[poll]);
      expect("undocumented" in seen).toBe(poll === "unexpected");
    }
  });

  it.each(ROWS)("a create call that is answered with %d (%s) is %s", (code, poll, create) => {
    for (const spelling of SPELLINGS) {
      const body = JSON.stringify({ code: spelling(code), msg: "text" });

      const outcome = outcomeOf({ status: 200, body });

      expect(outcome.kind).toBe(create === "success" ? "unknown" : create);
      if (outcome.kind === "not_now") expect(outcome.trouble).toBe(poll);
      if (outcome.kind === "refused") expect(outcome).toMatchObject({ code, message: "text" });
    }
  });

  it("takes every other code for undocumented, and its outcome for unknown", () => {
    const documented = new Set(ROWS.map(([code]) => code));
    const others = Array.from({ length: 3_000 }, (_, code) => code).filter(
      (code) => !documented.has(code),
    );
    const isUnknown = (code: number) => {
      const { poll, create } = meaningOf(code);
      return poll === "undocumented" && create === "unknown";
    };

    expect(others.filter((code) => !isUnknown(code))).toEqual([]);
  });
});
