/** What `POST /imports` takes, and what the page reads of a file to preview it. */
export type ImportType = "text/csv" | "text/plain" | "application/jsonl" | "application/gzip";

/** The API's limit for a list in the request itself; larger ones go into the import bucket. */
export const MAX_LIST_BYTES = 1024 * 1024;

/** Which form a file has, by its name, or else by its first character. */
export function importTypeOf(fileName: string, beginning: string): ImportType {
  if (/\.gz$/i.test(fileName)) return "application/gzip";
  if (/\.csv$/i.test(fileName)) return "text/csv";
  if (/\.(jsonl|ndjson|json)$/i.test(fileName)) return "application/jsonl";
  return /^\s*[[{"]/.test(beginning) ? "application/jsonl" : "text/plain";
}

const ID = /^[A-Za-z0-9_-]{8,64}$/;

/** The ids in a text that a person has pasted, and what is none. */
export interface PastedIds {
  readonly ids: readonly string[];
  readonly others: readonly string[];
}

/** Ids in any of the ways in which they are pasted: a line each, with commas, in quotes. */
export function pastedIds(text: string): PastedIds {
  const words = text.split(/[\s,;"'`[\]]+/).filter((word) => word !== "");
  return {
    ids: [...new Set(words.filter((word) => ID.test(word)))],
    others: [...new Set(words.filter((word) => !ID.test(word)))],
  };
}
