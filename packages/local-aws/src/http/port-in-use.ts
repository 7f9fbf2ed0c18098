/** A port that was asked for cannot be listened on: another program has it, or it is reserved. */
export class PortInUse extends Error {
  override readonly name = "PortInUse";
  readonly port: number;
  /** The system's word: `EADDRINUSE` or `EACCES`. */
  readonly reason: string;

  private constructor(port: number, reason: string, cause: Error) {
    super(`Port ${port} cannot be used (${reason})`, { cause });
    this.port = port;
    this.reason = reason;
  }

  /** The error of `listen` as one of these; nothing when it is another. */
  static of(error: unknown, port: number): PortInUse | undefined {
    if (!(error instanceof Error) || !("code" in error)) return undefined;
    const { code } = error;
    if (code !== "EADDRINUSE" && code !== "EACCES") return undefined;
    return new PortInUse(port, code, error);
  }
}
