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

function refuseUnstorable(name: string, value: unknown): unknown {
  if (name === "__proto__") throw new UnstorableJson("has a field named __proto__");
  if (!name.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) {
    throw new UnstorableJson("has text that is not well-formed Unicode");
  }
  return value;
}
