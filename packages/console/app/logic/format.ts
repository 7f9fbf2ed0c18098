const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `6 d 3 h`. */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return pair(ms, MINUTE, "min", SECOND, "s");
  if (ms < DAY) return pair(ms, HOUR, "h", MINUTE, "min");
  return pair(ms, DAY, "d", HOUR, "h");
}

function pair(ms: number, large: number, name: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  const whole = `${Math.floor(ms / large)} ${name}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}

/** The largest unit alone: `45 s`, `3 min`, `2 h`, `6 d`. */
export function roughly(milliseconds: number): string {
  return duration(milliseconds).split(" ").slice(0, 2).join(" ");
}

/** How long ago an instant was; `just now` below five seconds, and for clocks that differ a little. */
export function ago(instant: string, now: number): string {
  const ms = now - Date.parse(instant);
  return ms < 5 * SECOND ? "just now" : `${roughly(ms)} ago`;
}

/** The time until an instant, or since it. */
export function until(instant: string, now: number): string {
  const ms = Date.parse(instant) - now;
  return ms > 0 ? `in ${duration(ms)}` : `${roughly(-ms)} ago`;
}

/** An instant in the reader's own time zone, with the zone's name. */
export function fullTime(instant: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" }).format(
    new Date(instant),
  );
}

/** Decimal units, as the bucket's bill has them. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(count) / 3), units.length);
  const value = count / 1000 ** power;
  return `${value.toFixed(value < 100 ? 1 : 0)} ${units[power - 1]}`;
}

export function number(value: number): string {
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 }).format(value);
}

/** `one job`, `12 jobs`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
