/**
 * The command cannot do what was asked because of how it was asked or of where it runs: exit code
 * 2. The message says what is wrong and what to do.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
