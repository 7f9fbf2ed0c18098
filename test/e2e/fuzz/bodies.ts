import fc from "fast-check";
import type { Json } from "../served.ts";
import { type Known, TRICKY_NAMES, validValue } from "./schema-values.ts";

const anyJson = fc.jsonValue({ maxDepth: 3 });

/** One that JavaScript's own JSON.stringify would never write. */
const oddJson = fc.oneof(
  fc.constantFrom(
    "[",
    "[]",
    '{"a":',
    "null",
    "1e999",
    "-0",
    '"\\ud800"',
    "{}{}",
    "'a'",
    "\ufeff{}",
  ),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
  fc
    .integer({ min: 1, max: 6_000 })
    .map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
  fc
    .tuple(fc.constantFrom(...TRICKY_NAMES), anyJson)
    .map(([name, value]) => `{${JSON.stringify(name)}:${JSON.stringify(value)}}`),
);

const utf8 = (text: string) => Buffer.from(text, "utf8");

/** A body of this operation, as it should be. */
export function validBody(schema: Json, known: Known): fc.Arbitrary<Buffer> {
  return validValue(schema, known).map((value) => utf8(JSON.stringify(value)));
}

/** Anything but what the operation wants; at times, by chance, it is. */
export function hostileBody(schema: Json | undefined, known: Known): fc.Arbitrary<Buffer> {
  const anything = [
    anyJson.map((value) => utf8(JSON.stringify(value))),
    oddJson.map(utf8),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    aroundTheLimit,
  ];
  return schema === undefined
    ? fc.oneof(...anything)
    : fc.oneof(...anything, spoilt(schema, known));
}

const aroundTheLimit = fc
  .tuple(
    fc.constantFrom(65_535, 65_536, 65_537, 200_000),
    fc.constantFrom("x", " ", "é", '{"a":1,'),
  )
  .map(([size, filler]) => utf8(`"${filler.repeat(size)}`).subarray(0, size));

/** A good body with one thing wrong. */
function spoilt(schema: Json, known: Known): fc.Arbitrary<Buffer> {
  return fc.oneof(
    fc
      .tuple(validValue(schema, known), anyName(schema), anyJson)
      .map(([value, name, wrong]) => utf8(withMember(value, name, wrong))),
    fc
      .tuple(validBody(schema, known), fc.nat({ max: 60 }))
      .map(([bytes, end]) => bytes.subarray(0, Math.min(end, bytes.length - 1))),
    // Invalid UTF-8 in the place of one byte.
    fc
      .tuple(
        validBody(schema, known),
        fc.nat(),
        fc.constantFrom(0x80, 0xc0, 0xed, 0xf8, 0xff, 0x00),
      )
      .map(([bytes, at, wrong]) => bytes.fill(wrong, at % bytes.length, (at % bytes.length) + 1)),
    validBody(schema, known).map((bytes) => Buffer.from(`\ufeff${bytes}`, "utf16le")),
  );
}

function anyName(schema: Json): fc.Arbitrary<string> {
  const names = [schema, ...(schema.anyOf ?? [])].flatMap(({ properties = {} }: Json) =>
    Object.keys(properties),
  );
  return fc.constantFrom(...names, ...names, ...TRICKY_NAMES);
}

/** As text: an object literal would take `__proto__` for something else. */
function withMember(value: unknown, name: string, member: unknown): string {
  const added = `${JSON.stringify(name)}:${JSON.stringify(member)}}`;
  const text = JSON.stringify(value);
  return text === "{}" ? `{${added}` : `${text.slice(0, -1)},${added}`;
}
