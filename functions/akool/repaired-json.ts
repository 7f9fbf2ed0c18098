/** Longest text before the JSON: a callback's name, or a prefix that keeps a browser from running it. */
const MAX_PREFIX = 100;

/** A string, a bracket or comma, a word that is not JSON, or anything between them. */
const TOKEN =
  /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[{}[\],]|(?:-?NaN|-?Infinity|None|undefined|True|False)\b|[^"{}[\],NITFu-]+|[NITFu-]/y;

/** Words of other languages, and their equivalents in JSON. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ...["NaN", "-NaN", "Infinity", "-Infinity", "None", "undefined"].map((word): [string, string] => [
    word,
    "null",
  ]),
  ["True", "true"],
  ["False", "false"],
]);

const STEPS: ReadonlyMap<string, number> = new Map([
  ["{", 1],
  ["[", 1],
  ["}", -1],
  ["]", -1],
]);

/**
 * Repairs JSON that no strict parser reads: with text before or after it, trailing commas, control
 * characters in strings, or another language's words for `null`.
 *
 * @returns `undefined` for a page, and for JSON that is cut off
 */
export function repairedJson(text: string): string | undefined {
  const start = text.search(/[[{]/);
  if (start < 0 || start > MAX_PREFIX || text.startsWith("<")) return undefined;
  const json: string[] = [];
  let depth = 0;
  let comma = "";
  for (const token of tokensOf(text, start)) {
    if (token === ",") {
      comma = token;
      continue;
    }
    const step = STEPS.get(token) ?? 0;
    // A comma is written only before another value.
    const isBlank = token.trim() === "";
    json.push(step < 0 || isBlank ? "" : comma, strict(token));
    if (!isBlank) comma = "";
    depth += step;
    if (depth === 0) return json.join("");
  }
  return undefined;
}

/** Up to the end, or to a string that is never closed. */
function* tokensOf(text: string, start: number): Generator<string> {
  const pattern = new RegExp(TOKEN);
  pattern.lastIndex = start;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) yield match[0];
}

function strict(token: string): string {
  return token.startsWith('"') ? escaped(token) : (WORDS.get(token) ?? token);
}

/** Escapes control characters as JSON does. */
function escaped(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
}
