import { once } from "node:events";
import { access, constants, mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { UsageError } from "./usage-error.ts";

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Whether anybody listens at AKOOL's address. Asked once before the start: afterwards an outage is
 * waited for, but a mistyped address would be waited for just as patiently.
 *
 * @throws UsageError when no connection can be made
 */
export async function requireReachable(baseUrl: string): Promise<void> {
  const url = new URL(baseUrl);
  const port = Number(url.port) || (url.protocol === "http:" ? 80 : 443);
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ""), port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
  } catch (error) {
    throw new UsageError(
      `AKOOL cannot be reached at ${url.origin} (${reason(error)}). Check --akool-url and the network`,
    );
  } finally {
    socket.destroy();
  }
}

/** @throws UsageError when the directory cannot be made or written */
export async function requireDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  } catch (error) {
    throw new UsageError(
      `the data directory ${path} cannot be used (${reason(error)}). Choose another with --data`,
    );
  }
}

function reason(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  return String(error);
}
