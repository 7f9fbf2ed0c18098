import { dateInWords } from "#domain/text/date-in-words.ts";

/** A server that asks for more than a day means something else, or has a broken clock. */
const LONGEST_SECONDS = 86_400;

/** From here on a number is no pause but an instant, in seconds or milliseconds of the epoch. */
const LEAST_INSTANT = 1e9;
const LEAST_INSTANT_MS = 1e11;

const SECONDS = /^\+?(\d{1,15}(?:\.\d{0,15})?) ?(?:s|secs?|seconds?)?$/i;
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/i;

/**
 * What `Retry-After` asks for (RFC 9110, 10.2.3): seconds, or a date; of several the longest, as
 * proxies add their own. A date is compared with the answer's own `Date`, so that a clock that
 * differs from ours makes no difference.
 *
 * @param now epoch milliseconds, for an answer without a date
 * @returns whole seconds from 0 to a day, or `undefined` for a value that is neither
 */
export function retryAfterSeconds(
  value: string | null | undefined,
  date: string | null | undefined,
  now: number,
): number | undefined {
  const at = dateInWords(date ?? "") ?? now;
  const seconds = valuesOf(value ?? "").flatMap((text) => secondsIn(text, at) ?? []);
  if (seconds.length === 0) return undefined;
  return Math.min(LONGEST_SECONDS, Math.max(0, ...seconds.map(Math.ceil)));
}

/** A comma also stands within a date, behind the name of the day. */
function valuesOf(header: string): string[] {
  return header
    .split(/,(?! *\d{1,2}[ -][a-z]{3})/i)
    .slice(0, 20)
    .map((value) => value.trim().replace(/^"(.*)"$/, "$1"));
}

function secondsIn(text: string, at: number): number | undefined {
  const number = Number(SECONDS.exec(text)?.[1] ?? Number.NaN);
  if (number < LEAST_INSTANT) return number;
  const instant = Number.isNaN(number)
    ? instantIn(text)
    : number * (number < LEAST_INSTANT_MS ? 1000 : 1);
  return instant === undefined ? undefined : (instant - at) / 1000;
}

function instantIn(text: string): number | undefined {
  return ISO_DATE.test(text) ? Date.parse(text) : dateInWords(text);
}
