import { Writable } from "node:stream";
import type { Output } from "#local/display/display.ts";

/** What was written to a pipe or a file. */
export class Paper implements Output {
  text = "";

  write(text: string): void {
    this.text += text;
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal obeys
const SEQUENCE = /\u001b\[([?\d]*)([A-Za-z])|\n|[^\u001b\n]+/g;

/** A terminal as far as the display uses one: text, line feeds, moving up, erasing lines. */
export class Screen extends Writable implements Output {
  readonly isTTY = true;
  readonly columns?: number;
  readonly rows?: number;
  readonly #lines: string[] = [""];
  #row = 0;
  #column = 0;
  isCursorHidden = false;

  constructor(size: { columns?: number; rows?: number } = { columns: 80, rows: 24 }) {
    super({ decodeStrings: false });
    Object.assign(this, size);
  }

  get lines(): string[] {
    return this.#lines.map((line) => line.trimEnd());
  }

  override _write(text: string, _encoding: unknown, done: () => void): void {
    for (const [whole, argument = "", command] of text.matchAll(SEQUENCE)) {
      if (command !== undefined) this.#obey(command, argument);
      else if (whole === "\n") this.#moveTo(this.#row + 1, 0);
      else this.#print(whole);
    }
    done();
  }

  #obey(command: string, argument: string): void {
    const count = Number(argument) || 1;
    if (command === "A") this.#moveTo(this.#row - count, this.#column);
    if (command === "B") this.#moveTo(this.#row + count, this.#column);
    if (command === "G") this.#column = 0;
    if (command === "K") this.#erase(argument === "2" ? 0 : this.#column);
    if (argument === "?25") this.isCursorHidden = command === "l";
  }

  #print(text: string): void {
    const line = (this.#lines[this.#row] ?? "").padEnd(this.#column);
    const end = this.#column + text.length;
    this.#lines[this.#row] = line.slice(0, this.#column) + text + line.slice(end);
    this.#column = end;
  }

  #erase(from: number): void {
    this.#lines[this.#row] = (this.#lines[this.#row] ?? "").slice(0, from);
  }

  #moveTo(row: number, column: number): void {
    this.#row = Math.max(0, row);
    this.#column = column;
    while (this.#lines.length <= this.#row) this.#lines.push("");
  }
}
