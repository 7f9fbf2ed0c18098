import { trimmed } from "#domain/text/lenient-json.ts";
import { repairedJson } from "./repaired-json.ts";

/** MongoDB's Extended JSON: the only member of such an object is the value. */
const EXTENDED = new Set([
  "$oid",
  "$date",
  "$numberLong",
  "$numberInt",
  "$numberDouble",
  "$numberDecimal",
]);

/**
 * Parses AKOOL's JSON in every spelling that means the same: with a byte order mark, NULs or blanks
 * around it, integers that JavaScript cannot hold (returned as text), MongoDB's Extended JSON
 * (`{"$oid": …}`), and text with unpaired surrogates, which are replaced. JSON that a strict parser
 * refuses is read as far as its meaning is plain.
 *
 * @returns `undefined` for a text that is not JSON
 */
export function parseTolerantly(text: string): unknown {
  const bare = trimmed(text);
  return parse(bare) ?? parse(repairedJson(bare) ?? "");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, tolerate);
  } catch {
    return undefined;
  }
}

function tolerate(_name: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "number") return exactNumber(value, context?.source);
  return isRecord(value) ? extended(value) : value;
}

/** An integer that a number cannot hold exactly stays as AKOOL wrote it. */
function exactNumber(value: number, source = ""): number | string {
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)) {
    return source;
  }
  return value === 0 ? 0 : value;
}

function extended(value: Record<string, unknown>): unknown {
  const [only, ...others] = Object.keys(value);
  return only !== undefined && others.length === 0 && EXTENDED.has(only) ? value[only] : value;
}

/** A JSON object, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
