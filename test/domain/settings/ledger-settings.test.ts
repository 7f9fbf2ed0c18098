import { describe, expect, it } from "vitest";
import { readLedgerTags, readShares } from "#domain/settings/ledger-settings.ts";

describe("the tags of the ledger", () => {
  it("are names, separated by commas", () => {
    expect(readLedgerTags("team, cost center,team")).toEqual({ value: "team,cost center" });
  });

  it.each(["", "a:b", "team,,film", "__proto__"])("are not %j", (text) => {
    expect(readLedgerTags(text)).toEqual({ problem: expect.stringContaining("names of tags") });
  });

  it("are at most three", () => {
    expect(readLedgerTags("a,b,c")).toEqual({ value: "a,b,c" });
    expect(readLedgerTags("a,b,c,d")).toEqual({ problem: "must be at most 3 tags" });
  });
});

describe("the shares of a budget", () => {
  it("are put in order", () => {
    expect(readShares("1, 0.5,0.8,0.50")).toEqual({ value: "0.5,0.8,1" });
  });

  it.each(["", "0", "-1", "half", "11", "1e1", "0.5;0.8", "1,1,1,1,1,1,1,1,1,1,1"])(
    "are not %j",
    (text) => {
      expect(readShares(text)).toEqual({ problem: expect.stringContaining("shares above 0") });
    },
  );
});
