/** What was read of a text, or why it cannot be what it should; the problem never quotes the text. */
export type Reading =
  | { readonly value: string; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string };

/** Characters that nobody sees, and that pages and chats put into what is copied from them. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]/g;
/** What stands behind a value in a list, a line break that an env file has kept as two letters, a remark. */
const BEHIND = /(?:\\[rn]|[,;\s]|\s#.*)$/;
const QUOTES = "\"'`“”„‟‘’‚‛«»";
/** What shells, curl, Docker and lists have in front of a name. */
const COMMAND = /^(?:(?:export|set\s+-\w+|setx?|declare|env|-H|--header|[-*])\s+|\$env:)/i;
/** `NAME=`, `name: `, `"name": `, `NAME `; the name is looked up. */
const NAMED = /^(["']?)([\w-]{1,60})\1(?:\s*[:=]{1,2}|\s+(?=\S))/;
/** Each round takes one thing off; nobody wraps a value more often. */
const MAX_ROUNDS = 20;

/**
 * The value that somebody meant who has pasted it together with what stood around it: blanks, line
 * breaks, quotes, invisible characters, a comma, or the name that it was assigned to.
 * Decision 0049.
 *
 * @param names that may stand in front, in any spelling of case, hyphens and underscores
 */
export function pastedValue(text: string, names: readonly string[]): string {
  const known = new Set(names.map(plainName));
  let value = text.replace(INVISIBLE, "").trim();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const bare = value.replace(COMMAND, "").replace(BEHIND, "");
    const less = withoutQuotes(withoutName(bare, known)).trim();
    if (less === value) break;
    value = less;
  }
  return value;
}

function withoutQuotes(value: string): string {
  const isQuoted =
    value.length > 1 && [0, value.length - 1].every((end) => QUOTES.includes(value.charAt(end)));
  return isQuoted ? value.slice(1, -1) : value;
}

function withoutName(value: string, known: ReadonlySet<string>): string {
  const [prefix = "", , name = ""] = NAMED.exec(value) ?? [];
  return known.has(plainName(name)) ? value.slice(prefix.length) : value;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}
