/** What JSON.parse tells of a value: how a number, text, boolean or null was written. */
interface Told {
  source?: string;
}

declare global {
  interface JSON {
    /** The third argument is newer than TypeScript's own declaration. */
    parse(text: string, reviver: (name: string, value: unknown, told: Told) => unknown): unknown;
  }
}

/** JSON that holds what cannot be kept; the message is for its author. */
class UnstorableJson extends Error {
  override readonly name = "UnstorableJson";
}

/**
 * Parses JSON that is to be stored and sent on.
 *
 * @returns a problem, in words that follow the name of the text, for a text that is no JSON, a field
 *   `__proto__` (which would not reach a schema) and a lone surrogate (which is not UTF-8)
 */
export function parseStorableJson(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(text, refuseUnstorable) };
  } catch (error) {
    return { problem: error instanceof UnstorableJson ? error.message : "is not JSON" };
  }
}

/** Digits beyond what a number can hold are kept as text: they are somebody's name for something. */
function refuseUnstorable(name: string, value: unknown, { source }: Told): unknown {
  if (typeof value === "number" && !isFaithful(value)) return source;
  if (name === "__proto__") throw new UnstorableJson("has a field named __proto__");
  if (!name.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) {
    throw new UnstorableJson("has text that is not well-formed Unicode");
  }
  return value;
}

function isFaithful(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
}
