import { trimCharacters } from "#domain/text/trim-characters.ts";
import type { ImportLine } from "./import.ts";

const LF = 0x0a;
const CR = 0x0d;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** White space, byte order marks, what old editors end a file with. */
const UNSEEN = /[\s\p{Cc}\p{Cf}]/u;

/**
 * Bytes of a line. The longest that can be valid has tags of 4,096 bytes beside an id and a deadline;
 * this leaves room for escapes (`\u00e4` for two bytes).
 */
export const MAX_LINE_BYTES = 16 * 1024;

/**
 * The lines of a text in UTF-8 with their numbers, from 1. Lines end with LF, CRLF or CR; blank ones
 * are counted and left out, as is a byte order mark. A line that is too long, or no UTF-8, is told as
 * such; no more of it is kept in memory than a valid one could have.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ImportLine> {
  for await (const line of readRawLines(bytes)) {
    if ("problem" in line) yield line;
    else {
      const text = trimCharacters(line.text, UNSEEN);
      if (text !== "") yield { line: line.line, text };
    }
  }
}

/** The same lines as they are, blank ones and the white space around them included. */
export async function* readRawLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ImportLine> {
  const reader = new LineReader();
  for await (const chunk of bytes) yield* reader.read(chunk);
  yield* reader.end();
}

class LineReader {
  #line = 1;
  /** The beginning of a line whose end has not come yet. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  /** Of a CRLF the second half may come with the next chunk, and ends no line of its own. */
  #endedWithCr = false;

  *read(chunk: Uint8Array): Generator<ImportLine> {
    let start = 0;
    let cr = chunk.indexOf(CR);
    while (start < chunk.length) {
      if (this.#endedWithCr && chunk[start] === LF) start += 1;
      this.#endedWithCr = false;
      if (cr >= 0 && cr < start) cr = chunk.indexOf(CR, start);
      const lf = chunk.indexOf(LF, start);
      const isCr = cr >= 0 && (lf < 0 || cr < lf);
      const end = isCr ? cr : lf;
      if (end < 0) break;
      this.#take(chunk.subarray(start, end));
      yield this.#finished();
      this.#line += 1;
      this.#endedWithCr = isCr;
      start = end + 1;
    }
    this.#take(chunk.subarray(start));
  }

  *end(): Generator<ImportLine> {
    if (this.#begunBytes > 0) yield this.#finished();
  }

  #take(part: Uint8Array): void {
    this.#begunBytes += part.length;
    if (part.length > 0 && this.#begunBytes <= MAX_LINE_BYTES) this.#begun.push(part);
  }

  #finished(): ImportLine {
    const [parts, bytes, line] = [this.#begun, this.#begunBytes, this.#line];
    this.#begun = [];
    this.#begunBytes = 0;
    return bytes > MAX_LINE_BYTES ? tooLong(line) : decodedLine(line, parts);
  }
}

/** What is told of a line, or a value, that no valid one can be as long as. */
export function tooLong(line: number): ImportLine {
  return { line, problem: `the line is longer than ${MAX_LINE_BYTES} bytes` };
}

/** The text of what begins in this line, or that it is none. */
export function decodedLine(line: number, parts: readonly Uint8Array[]): ImportLine {
  const [first, ...others] = parts;
  if (first === undefined) return { line, text: "" };
  try {
    return { line, text: utf8.decode(others.length === 0 ? first : Buffer.concat(parts)) };
  } catch {
    return { line, problem: "the line is not UTF-8" };
  }
}
