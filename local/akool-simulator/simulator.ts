import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { JobBook } from "./job-book.ts";
import type { JobScript } from "./job-script.ts";
import { respondWith } from "./respond.ts";

/** Settings of {@link startAkoolSimulator}. */
export interface AkoolSimulatorOptions {
  /** The key that is accepted as `x-api-key` or as a bearer token; "simulator-key" unless given. */
  readonly apiKey?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The clock that the job scripts follow, in epoch milliseconds; the machine's unless given. */
  readonly now?: () => number;
}

/** One request that reached the simulator, to its API or to its result server. */
interface RequestRecord {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** By the simulator's clock, in epoch milliseconds. */
  readonly at: number;
}

/** A running simulator. */
export interface AkoolSimulator {
  /** Stands in for `https://openapi.akool.com/api/open`. */
  readonly baseUrl: string;
  /** Where the result server is, too. */
  readonly origin: string;
  /** Starts a job and returns its `_id`. */
  addJob(script: JobScript): string;
  /**
   * Changes the script of a job; it then counts as if it had always been so.
   *
   * @throws UnknownSimulatedJobError
   */
  updateJob(id: string, change: Partial<JobScript>): void;
  /** Every request so far, oldest first. They are all kept in memory. */
  requests(): readonly RequestRecord[];
  /** How often infobymodelid was asked about the job with a right key. */
  calls(id: string): number;
  /** Stops at once; whoever still waits for an answer is cut off. */
  close(): Promise<void>;
}

/** The key that the simulator accepts unless told otherwise. */
export const defaultApiKey = "simulator-key";

/**
 * Starts a development tool: a server on 127.0.0.1 that answers infobymodelid and
 * characterSwap/create as AKOOL documents them and serves the result files itself. It generates
 * nothing; each job does what its script says, by the given clock.
 *
 * @throws the error of `listen` (EADDRINUSE and the like) if the port cannot be had
 */
export async function startAkoolSimulator(
  options: AkoolSimulatorOptions = {},
): Promise<AkoolSimulator> {
  const { apiKey = defaultApiKey, port = 0, now = Date.now } = options;
  const requests: RequestRecord[] = [];
  const server = createServer();
  const origin = await listen(server, port);
  const jobs = new JobBook(origin, now);
  server.on("request", (request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push({ method, url, headers, at: now() });
    respondWith({ jobs, apiKey, now }, response);
  });
  return {
    baseUrl: `${origin}/api/open`,
    origin,
    addJob: (script) => jobs.add(script).id,
    updateJob: (id, change) => jobs.update(id, change),
    requests: () => [...requests],
    calls: (id) => jobs.calls(id),
    close: () => close(server),
  };
}

async function listen(server: Server, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no TCP address");
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
