import { describe, expect, it } from "vitest";
import { retryAfterSeconds } from "#domain/polling/retry-after.ts";

const NOW = Date.parse("2026-01-05T12:00:00Z");
const HERE = "Mon, 05 Jan 2026 12:00:00 GMT";

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
    ["soon", HERE, undefined],
    ["-5", HERE, undefined],
    ["", HERE, undefined],
    [undefined, HERE, undefined],
    [null, HERE, undefined],
  ])("%j at %j asks for %j s", (value, date, seconds) => {
    expect(retryAfterSeconds(value, date, NOW)).toBe(seconds);
  });
});
