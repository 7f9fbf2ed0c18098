import { inspect } from "node:util";

/** What a user is told of a fault that nobody foresaw: whose it is, and what to do. */
export function bugReport(error: unknown): string {
  return (
    `${inspect(error)}\n\n` +
    "This is a bug in the archiver, not something that you did. The records and the videos are\n" +
    "safe: the same command goes on with them. Please report it with the lines above."
  );
}
