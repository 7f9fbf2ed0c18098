/** A JSON text that is none, or holds what cannot be kept; the message is for its author. */
export class UnstorableJson extends Error {
  override readonly name = "UnstorableJson";
}

/**
 * Parses JSON that is to be stored and sent on.
 *
 * @throws UnstorableJson for a text that is no JSON, a field `__proto__` (which would not reach a
 *   schema) and a lone surrogate (which is not UTF-8)
 */
export function parseStorableJson(text: string): unknown {
  try {
    return JSON.parse(text, refuseUnstorable);
  } catch (error) {
    throw error instanceof UnstorableJson ? error : new UnstorableJson("is not JSON");
  }
}

function refuseUnstorable(name: string, value: unknown): unknown {
  if (name === "__proto__") throw new UnstorableJson("has a field named __proto__");
  if (!name.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) {
    throw new UnstorableJson("has text that is not well-formed Unicode");
  }
  return value;
}
