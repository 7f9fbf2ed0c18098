/** A byte order mark, NULs of a fixed-length buffer and blanks do not change what a text says. */
const AROUND = /^[\s\uFEFF\0]+|[\s\uFEFF\0]+$/g;

/**
 * What a text from outside says, however it was written down: with a byte order mark or NULs around
 * it, or as JSON in a JSON text. A number that JavaScript would change, such as an integer beyond
 * 2^53 or `1.50`, is given as the text that was sent. `undefined` when it is no JSON: a schema judges
 * both.
 */
export function parseLenientJson(text: string): unknown {
  const value = parseExactly(text);
  return typeof value === "string" ? (parseExactly(value) ?? value) : value;
}

function parseExactly(text: string): unknown {
  try {
    return JSON.parse(text.replace(AROUND, ""), exactNumber);
  } catch {
    return undefined;
  }
}

function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && String(value) !== context?.source ? context?.source : value;
}
