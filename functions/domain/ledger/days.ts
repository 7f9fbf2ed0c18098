/** A day, a month and an hour in UTC, as the ledger names them: `2026-11-27`, `2026-11`, `2026-11-27T13`. */

const DAY_MS = 86_400_000;

/** Days that one answer may cover: a year. */
export const MOST_DAYS = 366;

/** @param now epoch milliseconds */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, "2026-11-27".length);
}

export function monthOf(dayOrHour: string): string {
  return dayOrHour.slice(0, "2026-11".length);
}

/** Whether the text names a day that there is, from 2000 on; years of five digits are written otherwise. */
export function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return /^2\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(at) && dayOf(at) === text;
}

/** The day so many days later, or earlier. */
export function addDays(day: string, days: number): string {
  return dayOf(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);
}

/** How many days there are from one to the other, both included; not positive if they are reversed. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS + 1;
}

/** Every month that a range of days touches. */
export function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  for (let month = monthOf(from); month <= monthOf(to); month = monthAfter(month)) {
    months.push(month);
  }
  return months;
}

function monthAfter(month: string): string {
  return monthOf(addDays(`${month}-28`, 4));
}
