import type { ImportLine } from "./import.ts";
import { decodedLine, MAX_LINE_BYTES, tooLong } from "./line-reader.ts";

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** All of them are ASCII, which occurs inside no other character of UTF-8. */
const isBlank = (byte: number) => byte <= 0x20;

/**
 * The JSON values of a list, `[…]`, or of several values one after the other, each with the line that
 * it begins in, whatever lines it is spread over. Values are not parsed here, only told apart: what is
 * wrong with one ends it where the next one can be found again. Memory holds one value.
 */
export async function* readValues(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ImportLine> {
  const reader = new ValueReader();
  for await (const chunk of bytes) yield* reader.read(chunk);
  yield* reader.end();
}

type Kind = "text" | "nested" | "bare";

class ValueReader {
  #line = 1;
  #lastWasCr = false;
  #list: "none" | "open" | "closed" = "none";
  #isFirst = true;
  #kind: Kind | undefined;
  #begunIn = 1;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #inText = false;
  #isEscaped = false;
  /** Containers that are open within the value. */
  #open: number[] = [];
  /** The last byte of the value outside of texts that is not blank. */
  #previous = 0;

  *read(chunk: Uint8Array): Generator<ImportLine> {
    let start = 0;
    let at = 0;
    for (const byte of chunk) {
      const ends = this.#kind === undefined ? undefined : this.#goOn(byte);
      if (ends !== undefined) {
        this.#take(chunk.subarray(start, ends === "with" ? at + 1 : at));
        yield this.#finished();
      }
      if (ends !== "with" && this.#kind === undefined && this.#begin(byte)) start = at;
      this.#count(byte);
      at += 1;
    }
    if (this.#kind !== undefined) this.#take(chunk.subarray(start));
  }

  *end(): Generator<ImportLine> {
    if (this.#kind !== undefined) yield this.#finished();
    if (this.#list === "open") yield { line: this.#line, problem: "the list is not closed" };
  }

  /** @returns whether a value begins with this byte */
  #begin(byte: number): boolean {
    if (isBlank(byte) || byte === COMMA) return false;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (isFirst && byte === OPEN_LIST) {
      this.#list = "open";
      return false;
    }
    if (byte === CLOSE_LIST && this.#list === "open") {
      this.#list = "closed";
      return false;
    }
    const isContainer = byte === OPEN_OBJECT || byte === OPEN_LIST;
    this.#kind = isContainer ? "nested" : byte === QUOTE ? "text" : "bare";
    this.#begunIn = this.#line;
    this.#inText = byte === QUOTE;
    this.#isEscaped = false;
    this.#open = isContainer ? [byte] : [];
    this.#previous = byte;
    return true;
  }

  /** @returns whether the value ends with this byte, or before it; nothing when it goes on */
  #goOn(byte: number): "with" | "before" | undefined {
    if (this.#inText) return this.#goOnText(byte);
    if (this.#kind === "nested") return this.#goOnNested(byte);
    return isBlank(byte) || byte === COMMA || byte === CLOSE_LIST ? "before" : undefined;
  }

  #goOnText(byte: number): "with" | "before" | undefined {
    // No text of JSON goes on in another line: its end is missing.
    if (byte === LF || byte === CR) return "before";
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) {
      this.#inText = false;
      this.#previous = byte;
      if (this.#kind === "text") return "with";
    }
    return undefined;
  }

  #goOnNested(byte: number): "with" | "before" | undefined {
    if (isBlank(byte)) return undefined;
    const isInObject = this.#open.at(-1) === OPEN_OBJECT;
    // Within an object a name would have to follow: its end is missing, and this is the next value.
    if (byte === OPEN_OBJECT && isInObject && this.#previous === COMMA) return "before";
    this.#previous = byte;
    if (byte === QUOTE) this.#inText = true;
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#open.push(byte);
    if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#open.pop();
    return this.#open.length === 0 ? "with" : undefined;
  }

  #count(byte: number): void {
    const isLineEnd = byte === CR || (byte === LF && !this.#lastWasCr);
    if (isLineEnd) this.#line += 1;
    this.#lastWasCr = byte === CR;
  }

  #take(part: Uint8Array): void {
    this.#bytes += part.length;
    if (part.length > 0 && this.#bytes <= MAX_LINE_BYTES) this.#parts.push(part);
  }

  #finished(): ImportLine {
    const [parts, bytes, line] = [this.#parts, this.#bytes, this.#begunIn];
    this.#kind = undefined;
    this.#inText = false;
    this.#parts = [];
    this.#bytes = 0;
    if (this.#list === "closed") return { line, problem: "stands behind the end of the list" };
    return bytes > MAX_LINE_BYTES ? tooLong(line) : decodedLine(line, parts);
  }
}
