import { afterEach, describe, expect, it, vi } from "vitest";
import { retryAfterSeconds } from "#domain/polling/retry-after.ts";

const NOW = Date.parse("2026-01-05T12:00:00Z");
const HERE = "Mon, 05 Jan 2026 12:00:00 GMT";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("Retry-After", () => {
  it.each<[string | undefined | null, string | undefined, number | undefined]>([
    ["20", undefined, 20],
    [" 1.2 ", undefined, 2],
    ["0", undefined, 0],
    ["99999999", undefined, 86_400],
    ["Mon, 05 Jan 2026 12:00:30 GMT", undefined, 30],
    ["Mon, 05 Jan 2026 12:00:30 GMT", "Mon, 05 Jan 2026 12:00:20 GMT", 10],
    ["Mon, 05 Jan 2026 11:00:00 GMT", HERE, 0],
    ["Mon, 05 Jan 2026 12:00:30 GMT", "no date", 30],
    ["Monday, 05-Jan-26 12:00:30 GMT", HERE, 30],
    ["Mon Jan  5 12:00:30 2026", HERE, 30],
    ["Mon, 05 Jan 2026 14:00:30 +0200", HERE, 30],
    ["2026-01-05T12:00:30Z", HERE, 30],
    ["1767614430", HERE, 30],
    ["1767614430000", HERE, 30],
    ["20s", HERE, 20],
    ["20 seconds", HERE, 20],
    ['"20"', HERE, 20],
    ["20, 30", HERE, 30],
    ["20, Mon, 05 Jan 2026 12:00:30 GMT", HERE, 30],
    ["2026-01-05", HERE, undefined],
    ["20 minutes", HERE, undefined],
    ["Mon, 99 Jan 2026 12:00:30 GMT", HERE, undefined],
    ["in the month of January", HERE, undefined],
    ["soon", HERE, undefined],
    ["-5", HERE, undefined],
    ["", HERE, undefined],
    [undefined, HERE, undefined],
    [null, HERE, undefined],
  ])("%j at %j asks for %j s", (value, date, seconds) => {
    expect(retryAfterSeconds(value, date, NOW)).toBe(seconds);
  });

  it("asks for the same wherever this machine stands", () => {
    vi.stubEnv("TZ", "Asia/Shanghai");

    expect(retryAfterSeconds("Mon Jan  5 12:00:30 2026", "Mon Jan  5 12:00:00 2026", NOW)).toBe(30);
    expect(retryAfterSeconds("Mon Jan  5 12:00:30 2026", HERE, NOW)).toBe(30);
  });
});
