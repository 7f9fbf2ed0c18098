import { describe, expect, it } from "vitest";
import { missingOf } from "#domain/ledger/missing.ts";
import { rowsByDay, rowsByGroup, totalOf } from "#domain/ledger/rows.ts";
import { NO_SUMS } from "#domain/ledger/sums.ts";
import { acceptedJob, jobWith } from "#test/support/jobs.ts";

const of = (jobs: number) => ({ ...NO_SUMS, jobs });

describe("the rows of the ledger", () => {
  const hours = new Map([
    ["2026-11-27T13", of(2)],
    ["2026-11-26T23", of(4)],
    ["2026-11-27T14", of(1)],
  ]);

  it("by day are in their order", () => {
    expect(rowsByDay(hours)).toEqual([
      { group: "2026-11-26", sums: of(4) },
      { group: "2026-11-27", sums: of(3) },
    ]);
    expect(totalOf(hours)).toEqual(of(7));
  });

  it("by group are those of all hours, and of hours without groups a row of their own", () => {
    const groups = new Map([
      ["2026-11-27T13", [{ group: "film", sums: of(2) }]],
      ["2026-11-27T14", [{ group: "film", sums: of(1) }]],
    ]);

    expect(rowsByGroup(hours, groups)).toEqual([
      { group: "none", sums: of(4) },
      { group: "film", sums: of(3) },
    ]);
  });
});

describe("what may still come", () => {
  it.each([
    ["accepted", "video"],
    ["archive_failed", "video"],
    ["archived", undefined],
    ["expired", undefined],
  ] as const)("of a job that is %s: %s", (status, expected) => {
    expect(missingOf(status === "accepted" ? acceptedJob() : jobWith(status))).toBe(expected);
  });

  it("is a companion that is pending", () => {
    const job = jobWith("archived");

    expect(missingOf({ ...job, companions: [{ state: "pending" }] })).toBe("companions");
    expect(missingOf({ ...job, companions: [{ state: "failed" }] })).toBeUndefined();
  });
});
