import { once } from "node:events";
import { access, constants, mkdir, readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { UsageError } from "./usage-error.ts";

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Whether anybody listens at AKOOL's address. Asked once before the start: afterwards an outage is
 * waited for, but a mistyped address would be waited for just as patiently.
 *
 * @param timeoutMs how long to wait for the connection
 * @throws UsageError when no connection can be made
 */
export async function requireReachable(
  baseUrl: string,
  timeoutMs = CONNECT_TIMEOUT_MS,
): Promise<void> {
  const url = new URL(baseUrl);
  const port = Number(url.port) || (url.protocol === "http:" ? 80 : 443);
  const timeout = AbortSignal.timeout(timeoutMs);
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ""), port });
  try {
    await once(socket, "connect", { signal: timeout });
  } catch (error) {
    const why = timeout.aborted ? `no connection within ${timeoutMs / 1000} s` : reasonOf(error);
    throw new UsageError(
      `AKOOL cannot be reached at ${url.origin} (${why}). Check --akool-url and the network`,
    );
  } finally {
    socket.destroy();
  }
}

/**
 * Makes the data directory unless it is there, and looks whether it and what lies in it can be
 * written: an earlier run may have been another user's.
 *
 * @throws UsageError
 */
export async function requireDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
    for (const name of await readdir(path)) await access(join(path, name), constants.W_OK);
  } catch (error) {
    throw unusableDirectory(path, error);
  }
}

/** What to tell of a data directory that does not do. */
export function unusableDirectory(path: string, error: unknown): UsageError {
  return new UsageError(
    `the data directory ${path} cannot be used (${reasonOf(error)}). Choose another with --data`,
  );
}

/** The file system refused, as opposed to a fault of ours: its errors name the call and the path. */
export function isFileSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}

function reasonOf(error: unknown): string {
  // Several addresses behind one name give several errors and a message that says nothing.
  if (error instanceof AggregateError && "code" in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
