import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JobFacts } from "#domain/ledger/entry.ts";
import { bounded, HourCounter, OTHER, together, WITHOUT_TAG } from "#domain/ledger/hour-sums.ts";
import {
  fromStored,
  NO_SUMS,
  plus,
  type Sums,
  storedSumsSchema,
  toStored,
} from "#domain/ledger/sums.ts";

const archived = (
  product: string,
  charged: number,
  tags: Record<string, string> = {},
): JobFacts => ({
  ...{ status: "archived", product, charged, tags, video: "archived", bytes: 10 },
});

describe("the sums of an hour", () => {
  it("are the jobs in all, by status, by product and by the values of each tag", () => {
    const counter = new HourCounter(["team"]);
    counter.add(archived("type:8", 10, { team: "film" }));
    counter.add(archived("type:8", 2.5, { team: "film" }));
    counter.add({ status: "failed", product: "unknown", tags: {}, video: "none" });
    const { total, statuses, groups } = counter.result();

    expect(total).toMatchObject({ jobs: 3, charged: 12.5, archived: 2, bytes: 20, failed: 1 });
    expect(statuses).toEqual({ archived: 2, failed: 1 });
    expect(groups.get("product")).toMatchObject([
      { group: "type:8", sums: { jobs: 2, charged: 12.5 } },
      { group: "unknown", sums: { jobs: 1 } },
    ]);
    expect(groups.get("tag:team")).toMatchObject([
      { group: "film", sums: { jobs: 2 } },
      { group: WITHOUT_TAG, sums: { jobs: 1 } },
    ]);
  });

  it("of no job at all are empty", () => {
    const { total, groups } = new HourCounter([]).result();

    expect(total).toEqual(NO_SUMS);
    expect(groups.get("product")).toEqual([]);
  });

  it("keep the groups with most jobs, and everything else as other", () => {
    const groups = new Map([
      ["rare", { ...NO_SUMS, jobs: 1, charged: 5 }],
      ["b", { ...NO_SUMS, jobs: 2 }],
      ["a", { ...NO_SUMS, jobs: 2 }],
      ["rarer", { ...NO_SUMS, jobs: 1, charged: 7 }],
    ]);

    expect(bounded(groups, 2).map(({ group }) => group)).toEqual(["a", "b", "other"]);
    expect(bounded(groups, 2).at(-1)?.sums).toMatchObject({ jobs: 2, charged: 12 });
    expect(bounded(groups, 50, 6).map(({ group }) => group)).toEqual(["a", "b", "rare", OTHER]);
  });

  it("keep a group whose name fits, though another one's did not", () => {
    const groups = new Map([
      ["a", { ...NO_SUMS, jobs: 3 }],
      ["a long name", { ...NO_SUMS, jobs: 2 }],
      ["b", { ...NO_SUMS, jobs: 1 }],
    ]);

    expect(bounded(groups, 50, 2).map(({ group }) => group)).toEqual(["a", OTHER, "b"]);
  });

  it("lose nothing to the bound", () => {
    const sums = fc.record({ jobs: fc.nat(9), charged: fc.nat(99) });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), sums), fc.nat(5), (groups, most) => {
        const all = new Map(
          Object.entries(groups).map(([name, it]) => [name, { ...NO_SUMS, ...it }]),
        );
        const add = (some: readonly Sums[]) => some.reduce(plus, NO_SUMS);

        expect(add(bounded(all, most).map((group) => group.sums))).toEqual(add([...all.values()]));
      }),
    );
  });
});

describe("stored sums", () => {
  it("come back as they were", () => {
    const amounts = Object.keys(NO_SUMS).map((name, index) => [name, index + 0.5]);
    const sums: Sums = {
      ...NO_SUMS,
      ...Object.fromEntries(amounts),
      missingUntil: "2026-01-12T12:00:00.000Z",
    };

    expect(fromStored(storedSumsSchema.parse(toStored(sums)))).toEqual(sums);
    expect(fromStored(toStored(NO_SUMS))).toEqual(NO_SUMS);
    // DynamoDB's client refuses a member without a value.
    expect(toStored(NO_SUMS)).not.toHaveProperty("missingUntil");
  });

  it("of an older release lack only what it did not know", () => {
    expect(fromStored({ amounts: [2, 30] })).toEqual({ ...NO_SUMS, jobs: 2, charged: 30 });
  });
});

describe("two sums together", () => {
  it("are missing until the earlier of the two times", () => {
    const [early, late] = ["2026-01-12T12:00:00.000Z", "2026-01-13T12:00:00.000Z"];

    expect(plus(NO_SUMS, { ...NO_SUMS, missingUntil: late })).toMatchObject({ missingUntil: late });
    expect(plus({ ...NO_SUMS, missingUntil: late }, { ...NO_SUMS, missingUntil: early })).toEqual({
      ...NO_SUMS,
      missingUntil: early,
    });
  });

  it("do not depend on the order in which fractions are added", () => {
    const of = (charged: number) => ({ ...NO_SUMS, charged });

    expect(plus(plus(of(0.1), of(0.2)), of(0.3))).toEqual(plus(of(0.1), plus(of(0.2), of(0.3))));
  });

  it("count the jobs of each status", () => {
    expect(together({ failed: 1, archived: 2 }, { archived: 3, accepted: 0 })).toEqual({
      ...{ archived: 5, failed: 1 },
    });
  });
});
