import fc from "fast-check";
import type { Json } from "../served.ts";

/** Names that mean something to JavaScript, or to a parser. */
export const TRICKY_NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "__defineGetter__",
  "then",
  "length",
  "$ref",
  "",
  " ",
  "a.b",
  "😀",
  "\u0000",
];

/** Values by name that mean something to the running service: ids of jobs, cursors, places. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Only what the service itself has given out is valid, whatever the schema admits. */
const OPAQUE = ["cursor", "groupBy"];

/** Far below what a list may hold: each item is work for the service. */
const MOST_ITEMS = 5;

/** A value for a parameter or a member of this name; in a list, the name is that of its items. */
export function namedValue(name: string, schema: Json, known: Known): fc.Arbitrary<unknown> {
  const named = (inner: Json) => namedValue(name, inner, known);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(named));
  if (schema.type === "array") {
    return fc.array(named(schema.items), { minLength: schema.minItems, maxLength: MOST_ITEMS });
  }
  const values = known[name] ?? [];
  if (OPAQUE.includes(name)) return fc.constantFrom(...values);
  if (values.length === 0 || schema.type !== "string") return validValue(schema, known);
  // Few fresh ids: each one that is accepted is followed until the end of the run.
  return fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: validValue(schema, known) },
  );
}

/**
 * Values that a JSON Schema admits: of the keywords that the document uses, and no other.
 *
 * @throws RangeError for a schema that it does not understand, so that the document cannot outgrow it
 */
export function validValue(schema: Json, known: Known): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((inner: Json) => validValue(inner, known)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.type)) {
    const each = schema.type.map((type: string) => validValue({ ...schema, type }, known));
    return fc.oneof(...each);
  }
  switch (schema.type) {
    case "string":
      return validString(schema);
    case "integer":
      return fc.integer({ min: schema.minimum, max: schema.maximum });
    case "number":
      return validNumber(schema);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "object":
      return validObject(schema, known);
    case "array":
      // The one body that is a list alone is a list of jobs.
      return namedValue("jobs", schema, known);
    default:
      throw new RangeError(`no values are known for ${JSON.stringify(schema)}`);
  }
}

function validString({
  pattern,
  format,
  minLength = 0,
  maxLength = 64,
}: Json): fc.Arbitrary<string> {
  if (format === "uri") return fc.webUrl().filter((url) => url.length <= maxLength);
  if (format === "date-time") {
    return fc
      .date({
        min: new Date("0000-01-01T00:00:00Z"),
        max: new Date("9999-12-31T23:59:59Z"),
        noInvalidDate: true,
      })
      .map((date) => date.toISOString());
  }
  // One day for both ends: a range may not be reversed, nor be longer than a year.
  if (format === "date") return fc.constant(new Date().toISOString().slice(0, 10));
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength, size: "max" });
}

function validNumber({ minimum, maximum, exclusiveMinimum }: Json) {
  return fc.double({
    noNaN: true,
    min: minimum ?? exclusiveMinimum,
    max: maximum,
    minExcluded: exclusiveMinimum !== undefined,
  });
}

function validObject(schema: Json, known: Known) {
  const named = Object.entries<Json>(schema.properties ?? {});
  if (named.length > 0) {
    return fc.record(
      Object.fromEntries(named.map(([name, inner]) => [name, namedValue(name, inner, known)])),
      {
        requiredKeys: schema.required ?? [],
      },
    );
  }
  const { pattern = "", maxLength } = schema.propertyNames;
  const tricky = TRICKY_NAMES.filter((name) => new RegExp(pattern).test(name));
  return fc.dictionary(
    fc.oneof(validString({ pattern, maxLength }), fc.constantFrom(...tricky)),
    validValue(schema.additionalProperties, known),
    { maxKeys: 4 },
  );
}
