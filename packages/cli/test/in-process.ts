import { Readable } from "node:stream";
import { createApp } from "../src/app.ts";
import { runCommand } from "../src/run.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  /** The standard output with --json. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what a program would read
  readonly json: () => any[];
}

export interface Around {
  /** Whether a person sits there. */
  readonly terminal?: boolean;
  readonly interrupted?: AbortSignal;
  /** Told what is written to the standard output, as it is written. */
  readonly onOut?: (text: string) => void;
  /** Commands that only the repository has. */
  readonly more?: Parameters<typeof createApp>[0];
}

/** Runs a command line in this process. Nobody can be asked; what it remembers lies nowhere. */
export async function command(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input = "",
  { terminal = false, interrupted = new AbortController().signal, more, onOut }: Around = {},
): Promise<Ran> {
  const out: string[] = [];
  const error: string[] = [];
  const write = (text: string) => {
    out.push(text);
    onOut?.(text);
  };
  const code = await runCommand(createApp(more), args, {
    process: {
      stdout: { write, isTTY: terminal, columns: 100 },
      stderr: { write: (text: string) => void error.push(text), isTTY: terminal, columns: 100 },
    },
    environment: { XDG_CONFIG_HOME: "/nonexistent", ...environment },
    stdin: Object.assign(Readable.from([Buffer.from(input)]), { isTTY: terminal }),
    interrupted,
  });
  const lines = () => out.join("").split("\n").filter(Boolean);
  return {
    code,
    out: out.join(""),
    error: error.join(""),
    json: () => lines().map((line) => JSON.parse(line)),
  };
}
