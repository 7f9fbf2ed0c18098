/** The kind of an error only: a message could quote the request, and with it the key. */
export function errorKind(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return codeOf(error) ?? codeOf(error.cause) ?? error.name;
}

/** The code of the system or of OpenSSL. A `DOMException` has a number there, which says nothing. */
function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
