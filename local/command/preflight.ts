import { once } from "node:events";
import { access, constants, mkdir, readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { bypassesProxy } from "#domain/settings/no-proxy.ts";
import type { ProxyEnvironment } from "./proxy.ts";
import { storageProblem } from "./storage-check.ts";
import { UsageError } from "./usage-error.ts";

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Whether AKOOL's address, or the proxy on the way there, accepts connections. Checked once at the
 * start, only for the message: the run waits out an outage, but it would wait for a mistyped
 * address just as patiently.
 *
 * @param timeoutMs how long to wait for the connection
 * @returns the message when no connection can be made
 */
export async function akoolOutage(
  baseUrl: string,
  proxy?: ProxyEnvironment,
  timeoutMs = CONNECT_TIMEOUT_MS,
): Promise<string | undefined> {
  const { origin } = new URL(baseUrl);
  const isProxied = proxy !== undefined && !bypassesProxy(new URL(baseUrl), proxy.NO_PROXY);
  const why = await connectionProblem(new URL(isProxied ? proxy.HTTPS_PROXY : baseUrl), timeoutMs);
  if (why === undefined) return undefined;
  const through = isProxied ? `through the proxy ${new URL(proxy.HTTPS_PROXY).host} ` : "";
  return (
    `AKOOL cannot be reached at ${origin} ${through}(${why}). Jobs wait for it; if this lasts, ` +
    "check --akool-url and the network."
  );
}

async function connectionProblem(url: URL, timeoutMs: number): Promise<string | undefined> {
  const port = Number(url.port) || (url.protocol === "http:" ? 80 : 443);
  const timeout = AbortSignal.timeout(timeoutMs);
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ""), port });
  try {
    await once(socket, "connect", { signal: timeout });
    return undefined;
  } catch (error) {
    return timeout.aborted ? `no connection within ${timeoutMs / 1000} s` : reasonOf(error);
  } finally {
    socket.destroy();
  }
}

/**
 * Creates the data directory unless it exists, and checks that it and its content can be written
 * (an earlier run may have been another user's), and that disk and limits suffice.
 *
 * @throws UsageError
 */
export async function requireDirectory(path: string): Promise<void> {
  const problem = await writableProblem(path).catch((error: unknown) => error);
  if (problem !== undefined) throw unusableDirectory(path, problem);
}

async function writableProblem(path: string): Promise<string | undefined> {
  await mkdir(path, { recursive: true });
  await access(path, constants.W_OK | constants.X_OK);
  for (const name of await readdir(path)) await access(join(path, name), constants.W_OK);
  return storageProblem(path);
}

/** The message for a data directory that cannot be used. */
export function unusableDirectory(path: string, error: unknown): UsageError {
  return new UsageError(
    `the data directory ${path} cannot be used (${reasonOf(error)}). Choose another with --data`,
  );
}

/** An error of the file system, as opposed to a fault of ours: it names the call and the path. */
export function isFileSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}

function reasonOf(error: unknown): string {
  // Several addresses behind one name give several errors and a message that says nothing.
  if (error instanceof AggregateError && "code" in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
