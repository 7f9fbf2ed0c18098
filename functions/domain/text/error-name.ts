/** An error's name, for a log: its message could quote a request, and with it a secret. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}
