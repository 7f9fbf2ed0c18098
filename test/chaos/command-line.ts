import { parseArgs } from "node:util";

export const USAGE = `Usage: npm run chaos -- [--runs N] [--seed S]
       npm run chaos -- --replay SEED:PATH

Plays N random histories (default 1000) of the whole system on a virtual clock, and checks the
invariants of docs/reliability.md after each. The same S plays the same histories; without it, S is
drawn and shown. --replay plays the one history that a failing run has named.

Progress goes to standard error, the summary to standard output. Exit status: 0 if every invariant
held, 1 if one was broken, 2 for wrong usage.
`;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export type Command =
  | { kind: "help" }
  | { kind: "run"; runs: number; seed: number }
  | { kind: "replay"; seed: number; path: string };

/** fast-check takes seeds of 32 bits. */
const MAX_SEED = 2 ** 31 - 1;

/** @throws UsageError */
export function readCommandLine(args: readonly string[], drawSeed: () => number): Command {
  const { help, runs, seed, replay } = parse(args);
  if (help) return { kind: "help" };
  if (replay === undefined) {
    return {
      kind: "run",
      runs: runs === undefined ? 1_000 : wholeNumber("--runs", runs, 1),
      seed: seed === undefined ? drawSeed() : wholeNumber("--seed", seed, 0),
    };
  }
  if (runs !== undefined || seed !== undefined) {
    throw new UsageError("--replay plays one history: it takes neither --runs nor --seed");
  }
  const [first = "", ...path] = replay.split(":");
  if (path.length === 0 || !path.every((part) => /^\d+$/.test(part))) {
    throw new UsageError("--replay must be of the form SEED:PATH, as a failing run shows it");
  }
  return { kind: "replay", seed: wholeNumber("--replay", first, 0), path: path.join(":") };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", default: false },
        runs: { type: "string" },
        seed: { type: "string" },
        replay: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(option: string, text: string, minimum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= MAX_SEED) return value;
  throw new UsageError(`${option} must be a whole number from ${minimum} to ${MAX_SEED}`);
}
