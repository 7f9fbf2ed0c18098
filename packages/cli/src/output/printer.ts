import type { Context } from "../context.ts";

/** How a command speaks. */
export interface Printer {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether lines may be rewritten in place. */
  readonly live: boolean;
  /** A result: `text` for a person, or the value as one line of JSON. */
  result(value: unknown, text: string): void;
  /** What is of no use to a program, and left out with --quiet. */
  note(text: string): void;
  /** A line on the standard error that the next one overwrites; nothing where there is no terminal. */
  progress(text: string): void;
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
}

const CLEAR_LINE = "\r\u001b[2K";

export function createPrinter(
  { process: { stdout, stderr }, environment }: Pick<Context, "process" | "environment">,
  { json = false, quiet = false }: { json?: boolean | undefined; quiet?: boolean | undefined },
): Printer {
  const colours = coloursOn(stdout.isTTY === true, environment) && !json;
  const live = stderr.isTTY === true && environment.TERM !== "dumb" && !json && !quiet;
  let pending = false;
  const settle = () => {
    if (pending) stderr.write(CLEAR_LINE);
    pending = false;
  };
  const paint = (code: number) => (text: string) =>
    colours ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    json,
    quiet,
    live,
    result(value, text) {
      settle();
      const line = json ? JSON.stringify(value) : text;
      if (line !== "") stdout.write(`${line}\n`);
    },
    note(text) {
      settle();
      if (!quiet) stderr.write(`${text}\n`);
    },
    progress(text) {
      if (!live) return;
      stderr.write(`${CLEAR_LINE}${text.slice(0, Math.max(1, (stderr.columns ?? 80) - 1))}`);
      pending = text !== "";
    },
    bold: paint(1),
    good: paint(32),
    bad: paint(31),
    faint: paint(2),
  };
}

/** https://no-color.org: any value that is not empty turns colours off. */
function coloursOn(terminal: boolean, { NO_COLOR, TERM }: Context["environment"]): boolean {
  return terminal && (NO_COLOR === undefined || NO_COLOR === "") && TERM !== "dumb";
}
