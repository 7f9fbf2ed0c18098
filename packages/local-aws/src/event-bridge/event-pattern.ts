import * as z from "zod/mini";
import type { EventEnvelope } from "./event-bridge.ts";

/** A rule's pattern uses an operator that is not supported here. */
export class UnsupportedPattern extends Error {
  override readonly name = "UnsupportedPattern";
}

/** Whether an event matches a rule. */
export type EventMatcher = (event: EventEnvelope) => boolean;

type Scalar = string | number | boolean | null;
/** `undefined` stands for a field that the event does not have. */
type ValueTest = (value: unknown) => boolean;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const valueMatcher = z.union([
  scalar,
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ "anything-but": z.union([scalar, z.array(scalar)]) }),
]);

/**
 * Reads an event pattern: exact values, nested fields, `prefix`, `exists`, `anything-but` with
 * plain values. As in EventBridge, a field that holds a list matches when one of its items does.
 *
 * Source: EventBridge user guide, "Event patterns" and "Comparison operators".
 *
 * @throws UnsupportedPattern for every other operator, naming the field
 */
export function compilePattern(pattern: unknown): EventMatcher {
  return compileNode(pattern, "");
}

function compileNode(pattern: unknown, at: string): ValueTest {
  if (Array.isArray(pattern)) return compileValues(pattern, at);
  const fields = z.record(z.string(), z.unknown()).safeParse(pattern);
  if (!fields.success || Object.keys(fields.data).length === 0) {
    throw new UnsupportedPattern(`${at || "the pattern"} must be a list of values or an object`);
  }
  return compileFields(fields.data, at);
}

function compileFields(fields: Readonly<Record<string, unknown>>, at: string): ValueTest {
  const tests = Object.entries(fields).map(([name, inner]) => {
    const where = at === "" ? name : `${at}.${name}`;
    if (name.startsWith("$")) throw new UnsupportedPattern(`${where} cannot be matched here`);
    return { name, test: compileNode(inner, where) };
  });
  return (value) =>
    itemsOf(value).some((item) => tests.every(({ name, test }) => test(fieldOf(item, name))));
}

function compileValues(matchers: readonly unknown[], at: string): ValueTest {
  if (matchers.length === 0) throw new UnsupportedPattern(`${at} lists no value`);
  const tests = matchers.map((matcher) => {
    const parsed = valueMatcher.safeParse(matcher);
    if (parsed.success) return compileValue(parsed.data);
    throw new UnsupportedPattern(`${at}: ${JSON.stringify(matcher)} cannot be matched here`);
  });
  return (value) => tests.some((test) => test(value));
}

function compileValue(matcher: z.infer<typeof valueMatcher>): ValueTest {
  if (typeof matcher !== "object" || matcher === null) {
    return (value) => itemsOf(value).includes(matcher);
  }
  if ("exists" in matcher) return (value) => isLeaf(value) === matcher.exists;
  if ("prefix" in matcher) {
    return (value) =>
      itemsOf(value).some((item) => typeof item === "string" && item.startsWith(matcher.prefix));
  }
  const unwanted: readonly unknown[] = [matcher["anything-but"]].flat();
  return (value) => itemsOf(value).some((item) => isScalar(item) && !unwanted.includes(item));
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

/** `exists` matches leaf values only, not objects. */
function isLeaf(value: unknown): boolean {
  return Array.isArray(value) || isScalar(value);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
