import type { ImportLine } from "./import.ts";

const NEWLINE = 0x0a;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Bytes of a line. The longest that can be valid has tags of 4,096 bytes beside an id and a deadline;
 * this leaves room for escapes (`\u00e4` for two bytes).
 */
export const MAX_LINE_BYTES = 16 * 1024;

/**
 * The lines of a text in UTF-8 with their numbers, from 1. Lines end with LF or CRLF; blank ones are
 * counted and left out, as is a byte order mark. A line that is too long, or no UTF-8, is told as
 * such; no more of it is kept in memory than a valid one could have.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ImportLine> {
  const reader = new LineReader();
  for await (const chunk of bytes) yield* reader.read(chunk);
  yield* reader.end();
}

class LineReader {
  #line = 1;
  /** The beginning of a line whose end has not come yet. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;

  *read(chunk: Uint8Array): Generator<ImportLine> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#take(chunk.subarray(start, end));
      yield* this.end();
      this.#line += 1;
      start = end + 1;
    }
    this.#take(chunk.subarray(start));
  }

  *end(): Generator<ImportLine> {
    const line = this.#finished();
    this.#begun = [];
    this.#begunBytes = 0;
    if (line !== undefined) yield line;
  }

  #take(part: Uint8Array): void {
    this.#begunBytes += part.length;
    if (part.length > 0 && this.#begunBytes <= MAX_LINE_BYTES) this.#begun.push(part);
  }

  #finished(): ImportLine | undefined {
    if (this.#begunBytes > MAX_LINE_BYTES) {
      return { line: this.#line, problem: `the line is longer than ${MAX_LINE_BYTES} bytes` };
    }
    const text = decoded(this.#begun);
    if (text === undefined) return { line: this.#line, problem: "the line is not UTF-8" };
    // White space at either end, CR and a byte order mark among it.
    const content = text.trim();
    return content === "" ? undefined : { line: this.#line, text: content };
  }
}

function decoded(parts: readonly Uint8Array[]): string | undefined {
  const [first, ...others] = parts;
  if (first === undefined) return "";
  try {
    return utf8.decode(others.length === 0 ? first : Buffer.concat(parts));
  } catch {
    return undefined;
  }
}
