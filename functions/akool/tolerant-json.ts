import { trimmed } from "#domain/text/lenient-json.ts";
import { repairedJson } from "./repaired-json.ts";

/** MongoDB's Extended JSON: what stands in such an object is the value. */
const EXTENDED = new Set([
  "$oid",
  "$date",
  "$numberLong",
  "$numberInt",
  "$numberDouble",
  "$numberDecimal",
]);

/**
 * Parses JSON of AKOOL in every spelling that means the same: with a byte order mark, NULs or blanks
 * around it, integers that JavaScript cannot hold (kept as text), MongoDB's Extended JSON
 * (`{"$oid": …}`), and text that is not well-formed Unicode, of which only the broken half of a
 * character is replaced. What a strict parser refuses is read as far as its meaning is plain.
 *
 * @returns `undefined` for a text that is no JSON
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

/** An integer that would be another one as a number stays as AKOOL wrote it. */
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

/** An object of JSON that is no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
