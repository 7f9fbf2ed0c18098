import type { ImportLine } from "./import.ts";
import { MAX_LINE_BYTES, readRawLines } from "./line-reader.ts";

/** Lines that one row may be spread over. */
const MAX_ROW_LINES = 50;

const SEPARATORS = [",", ";", "\t", "|"] as const;

/** Columns that may hold the id, the most telling first; compared without case and signs. */
const ID_COLUMNS = ["videomodelid", "id"] as const;
const DEADLINE_COLUMN = "deadlinehours";

/** The columns of a table, and what parts its cells. */
export interface CsvHeader {
  separator: string;
  names: readonly string[];
  /** Which column holds the id. */
  id: number;
}

/**
 * Reads a line as the header of a table.
 *
 * @returns nothing when it names no column for ids, whatever parts its cells
 */
export function csvHeaderOf(line: string): CsvHeader | undefined {
  const headers = SEPARATORS.flatMap((separator) => {
    const row = splitRow(line, separator);
    if (typeof row === "string") return [];
    const names = row.map((name) => name.trim());
    const plain = names.map(plainName);
    const id = ID_COLUMNS.map((name) => plain.indexOf(name)).find((index) => index >= 0);
    return id === undefined ? [] : [{ separator, names, id }];
  });
  return headers.toSorted((a, b) => b.names.length - a.names.length)[0];
}

/** Excel's line in front of the header, which says what parts the cells; the header shows it as well. */
export const SEPARATOR_LINE = /^\uFEFF?"?sep=.?"?$/i;

/**
 * The rows of a table as the JSON that an import takes, each with the line that it begins in. Every
 * column but those of the id and of `deadlineHours` is a tag, and an empty cell is not given. A quoted
 * cell may hold separators, doubled quotes and line breaks; one that is never closed costs its own
 * line, and no other.
 */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array>,
  header: CsvHeader,
): AsyncGenerator<ImportLine> {
  const reader = new CsvReader(header);
  for await (const line of readRawLines(bytes)) yield* reader.read(line);
  yield* reader.end();
}

class CsvReader {
  readonly #header: CsvHeader;
  #isBehindHeader = false;
  /** Of a row whose quoted cell has not ended yet. */
  #begun: { line: number; text: string }[] = [];

  constructor(header: CsvHeader) {
    this.#header = header;
  }

  *read(line: ImportLine): Generator<ImportLine> {
    if (!this.#isBehindHeader) {
      const text = "text" in line ? line.text.trim() : undefined;
      // A header that is no UTF-8 is known all the same, but for some names: its rows are read.
      this.#isBehindHeader = text === undefined || !(text === "" || SEPARATOR_LINE.test(text));
      if (text === undefined) yield line;
    } else if ("problem" in line) {
      yield* this.end();
      yield line;
    } else {
      this.#begun.push(line);
      yield* this.#rows(false);
    }
  }

  *end(): Generator<ImportLine> {
    yield* this.#rows(true);
  }

  *#rows(isEnd: boolean): Generator<ImportLine> {
    const header = this.#header;
    const [first, ...others] = this.#begun;
    if (first === undefined) return;
    const text = this.#begun.map((line) => line.text).join("\n");
    const row = splitRow(text, header.separator);
    const mayGoOn = !isEnd && text.length <= MAX_LINE_BYTES && this.#begun.length < MAX_ROW_LINES;
    if (row === "open" && mayGoOn) return;
    this.#begun = [];
    if (typeof row !== "string") {
      // What is left of a table where rows were emptied is no entry.
      if (row.some((cell) => cell.trim() !== "")) yield rowLine(first.line, header, row);
      return;
    }
    const problem =
      row === "open" ? "a quoted cell is not closed" : "text follows behind a quoted cell";
    yield { line: first.line, problem: `the line is no row: ${problem}` };
    // Whatever follows is read as if the broken line were not there.
    for (const line of others) yield* this.read(line);
    if (isEnd) yield* this.end();
  }
}

function rowLine(line: number, { names, id }: CsvHeader, row: readonly string[]): ImportLine {
  const surplus = row.slice(names.length).some((cell) => cell.trim() !== "");
  if (surplus) {
    return { line, problem: `the line has ${row.length} cells, the header ${names.length}` };
  }
  const tags: Record<string, string> = {};
  let deadlineHours: number | string | undefined;
  for (const [column, name] of names.entries()) {
    const cell = row[column] ?? "";
    if (column === id || name === "" || cell.trim() === "") continue;
    if (plainName(name) === DEADLINE_COLUMN) deadlineHours = numberOf(cell);
    else tags[name.replace(/^tags?[.:]/i, "")] = cell;
  }
  const job = {
    videoModelId: unguarded(row[id] ?? ""),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(deadlineHours !== undefined && { deadlineHours }),
  };
  return { line, text: JSON.stringify(job) };
}

/** Spreadsheets keep a text from becoming a number by `="…"`, or by an apostrophe in front of it. */
function unguarded(cell: string): string {
  return cell.replace(/^=?(["'])([\w-]*)\1?$/, "$2");
}

/** What is no number stays a text, and is named as malformed. */
function numberOf(cell: string): number | string {
  return Number.isNaN(Number(cell)) ? cell : Number(cell);
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** The cells of a row; `open` when a quoted one goes on, `broken` when something follows one. */
function splitRow(text: string, separator: string): string[] | "open" | "broken" {
  const cells: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const quote = /^ *"/.exec(text.slice(at, at + 64))?.[0].length;
    if (quote === undefined) {
      const end = endOf(text.indexOf(separator, at), text);
      cells.push(text.slice(at, end).trim());
      at = end + 1;
      continue;
    }
    const quoted = quotedCell(text, at + quote);
    if (quoted === undefined) return "open";
    const end = endOf(text.indexOf(separator, quoted.end), text);
    if (text.slice(quoted.end, end).trim() !== "") return "broken";
    cells.push(quoted.cell);
    at = end + 1;
  }
  return cells;
}

function endOf(found: number, text: string): number {
  return found < 0 ? text.length : found;
}

/** @param from behind the quote that opens it */
function quotedCell(text: string, from: number): { cell: string; end: number } | undefined {
  let cell = "";
  let at = from;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return undefined;
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { cell, end: quote + 1 };
    cell += '"';
    at = quote + 2;
  }
}
