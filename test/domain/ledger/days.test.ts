import { describe, expect, it } from "vitest";
import { addDays, dayOf, daysBetween, isDay, monthOf, monthsBetween } from "#domain/ledger/days.ts";

describe("days and months", () => {
  it("are those of UTC", () => {
    expect(dayOf(Date.parse("2026-11-27T23:59:59.999Z"))).toBe("2026-11-27");
    expect(monthOf("2026-11-27T13")).toBe("2026-11");
  });

  it.each([
    ["2026-11-27", true],
    ["2028-02-29", true],
    ["2026-02-29", false],
    ["2026-13-01", false],
    ["27.11.2026", false],
    ["2026-11-27T00", false],
    ["2000-01-01", true],
    ["1999-12-31", false],
    ["2999-12-31", true],
    ["9999-12-31", false],
  ])("%s is a day: %s", (text, expected) => {
    expect(isDay(text)).toBe(expected);
  });

  it("are counted with both ends", () => {
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
    expect(daysBetween("2026-02-28", "2026-03-01")).toBe(2);
    expect(daysBetween("2026-03-01", "2026-03-01")).toBe(1);
    expect(daysBetween("2026-03-02", "2026-03-01")).toBe(0);
  });

  it("lie in the months that they touch", () => {
    expect(monthsBetween("2026-11-30", "2027-02-01")).toEqual([
      ...["2026-11", "2026-12", "2027-01", "2027-02"],
    ]);
    expect(monthsBetween("2026-11-01", "2026-11-30")).toEqual(["2026-11"]);
    expect(monthsBetween("2999-12-01", "2999-12-31")).toEqual(["2999-12"]);
  });
});
