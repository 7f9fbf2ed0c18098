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
    return JSON.parse(trimmed(text), exactNumber);
  } catch {
    return undefined;
  }
}

function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && String(value) !== context?.source ? context?.source : value;
}

/**
 * A byte order mark, NULs of a fixed-length buffer and blanks around a text do not change what it says.
 */
export function trimmed(text: string): string {
  let rest = text.trim();
  while (rest.startsWith("\0") || rest.endsWith("\0")) rest = withoutNuls(rest).trim();
  return rest;
}

function withoutNuls(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === "\0") start++;
  while (end > start && text[end - 1] === "\0") end--;
  return text.slice(start, end);
}
