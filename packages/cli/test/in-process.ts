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

/** Runs a command line in this process. Nobody can be asked; what it remembers lies nowhere. */
export async function command(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Ran> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await runCommand(createApp(), args, {
    process: {
      stdout: { write: (text: string) => void out.push(text) },
      stderr: { write: (text: string) => void error.push(text) },
    },
    environment: { XDG_CONFIG_HOME: "/nonexistent", ...environment },
    stdin: (async function* () {
      yield Buffer.from(input);
    })(),
    interrupted: new AbortController().signal,
  });
  const lines = () => out.join("").split("\n").filter(Boolean);
  return {
    code,
    out: out.join(""),
    error: error.join(""),
    json: () => lines().map((line) => JSON.parse(line)),
  };
}
