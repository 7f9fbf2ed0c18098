import { csvHeaderOf, readCsv, SEPARATOR_LINE } from "./csv-reader.ts";
import type { ImportLine } from "./import.ts";
import { MAX_LINE_BYTES, readLines } from "./line-reader.ts";
import { readValues } from "./value-reader.ts";

/**
 * The entries of a list in UTF-8, in the form that its first lines show: a JSON list or values over
 * several lines, a table with a header that names a column for ids, or else one entry a line, as JSON
 * or as an id alone. What is malformed is an entry with a problem, and ends nothing. Decision 0052.
 */
export async function* readEntries(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ImportLine> {
  const iterator = bytes[Symbol.asyncIterator]();
  const head = await headOf(iterator);
  const text = new TextDecoder().decode(Buffer.concat(head)).trimStart();
  yield* readerFor(text)(replayed(head, iterator));
}

/** @param head a text's beginning, with its first lines */
function readerFor(head: string) {
  const lines = head.split(/[\r\n]+/).map((line) => line.trim());
  const [first = "", second = ""] = lines.filter((line) => line !== "");
  if (first.startsWith("[") || first === "{") return readValues;
  const header = SEPARATOR_LINE.test(first) ? second : first;
  const table = csvHeaderOf(header);
  if (table === undefined) return readLines;
  return (bytes: AsyncIterable<Uint8Array>) => readCsv(bytes, table);
}

/** The chunks that hold the first lines, as far as a line may go. */
async function headOf(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array[]> {
  const head: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < 2 * MAX_LINE_BYTES) {
    const { value, done } = await iterator.next();
    if (done) break;
    head.push(value);
    bytes += value.length;
  }
  return head;
}

async function* replayed(
  head: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* head;
  for (;;) {
    const { value, done } = await iterator.next();
    if (done) return;
    yield value;
  }
}
