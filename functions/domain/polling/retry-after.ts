/** A server that asks for more than a day means something else, or has a broken clock. */
const LONGEST_SECONDS = 86_400;

/**
 * What `Retry-After` asks for (RFC 9110, 10.2.3): seconds, or a date. A date is compared with the
 * answer's own `Date`, so that a clock that differs from ours makes no difference.
 *
 * @param now epoch milliseconds, for an answer without a date
 * @returns whole seconds from 0 to a day, or `undefined` for a value that is neither
 */
export function retryAfterSeconds(
  value: string | null | undefined,
  date: string | null | undefined,
  now: number,
): number | undefined {
  if (value === null || value === undefined) return undefined;
  const seconds = /^\s*\d{1,15}(\.\d{0,15})?\s*$/.test(value)
    ? Number(value)
    : (dateOf(value) - instantOf(date, now)) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(LONGEST_SECONDS, Math.max(0, Math.ceil(seconds)));
}

/** Without a month's name it is no HTTP date, whatever `Date` makes of it. */
function dateOf(value: string): number {
  return /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN;
}

function instantOf(date: string | null | undefined, now: number): number {
  const instant = Date.parse(date ?? "");
  return Number.isNaN(instant) ? now : instant;
}
