const WITH_MONTH = /^[a-z0-9 ,:.+-]{12,60}$/i;
const MONTH = /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
/** `GMT`, an offset, or both, as JavaScript writes it. */
const ZONE = /(?:\b(?:GMT|UTC|UT|Z)|[ T][+-]\d{4}|GMT[+-]\d{1,4})\s*$/i;

/**
 * An instant that names its month: an HTTP date in each of its three forms (RFC 9110, 5.6.7), a mail's,
 * or what JavaScript makes of a `Date`. One without a zone is UTC, whatever this machine's own is.
 *
 * @returns epoch milliseconds, or `undefined` for any other text
 */
export function dateInWords(text: string): number | undefined {
  const bare = text.trim().replace(/ ?\([\w ]{1,60}\)$/, "");
  if (!WITH_MONTH.test(bare) || !MONTH.test(bare)) return undefined;
  const instant = Date.parse(ZONE.test(bare) ? bare : `${bare} UTC`);
  return Number.isNaN(instant) ? undefined : instant;
}
