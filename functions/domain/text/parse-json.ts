/** What a text from outside says, or `undefined` when it is no JSON: a schema judges both. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
