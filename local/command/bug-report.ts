import { inspect } from "node:util";
import { limitReport, MachineLimit, machineLimitOf } from "./machine-limit.ts";

/** The message for an error that has ended the run: whose fault it is, and what to do. */
export function bugReport(error: unknown): string {
  const limit = error instanceof MachineLimit ? error.message : machineLimitOf(error);
  if (limit !== undefined) return limitReport(limit);
  return (
    `${inspect(error)}\n\n` +
    "This is a bug in the archiver, not something that you did. The records and the videos are\n" +
    "safe: the same command goes on with them. Please report it with the lines above."
  );
}
