import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { guardServer } from "@akool-archiver/local-aws/http/loopback-guard.ts";
import { sampleInputs } from "./documents.ts";
import { JobBook } from "./job-book.ts";
import type { JobScript } from "./job-script.ts";
import { respondWith } from "./respond.ts";
import { Tokens } from "./tokens.ts";
import { isWebhookSecret } from "./webhook-body.ts";
import type { WebhookStatus } from "./webhook-plan.ts";
import { WebhookSender } from "./webhook-sender.ts";
import { Webhooks } from "./webhooks.ts";

/** Settings of {@link startAkoolSimulator}. */
export interface AkoolSimulatorOptions {
  /**
   * The key that is accepted as `x-api-key`, gives tokens as the client secret, and encrypts the
   * webhooks; {@link defaultApiKey} unless given. It has 16, 24 or 32 bytes, as the cipher wants it.
   */
  readonly apiKey?: string;
  /** Signs the webhooks, and gives tokens; {@link defaultClientId} unless given. */
  readonly clientId?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /**
   * The clock that the job scripts follow, in epoch milliseconds; the machine's unless given.
   *
   * Webhooks are due by this clock but wait on real timers, and a jump of the clock is noticed only
   * within a second of real time. Under a clock that jumps from one timer to the next, that is too
   * late to mean anything: let the script lose the webhooks, and send them with `sendWebhook`.
   */
  readonly now?: () => number;
  /** Called with the id of a job whose creation was not answered; see `LOST_ANSWER_PROMPT`. */
  readonly onLostAnswer?: (id: string) => void;
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
  /** In place of `https://openapi.akool.com/api/open`. */
  readonly baseUrl: string;
  /** Also of the result server. */
  readonly origin: string;
  /**
   * Starts a job and returns its `_id`.
   *
   * @param webhookUrl - where its webhooks go, which must be on this machine; none are sent to the
   *   address of AKOOL's sample, which a job has without one
   */
  addJob(script: JobScript, webhookUrl?: string): string;
  /**
   * Changes the script of a job, as if it had always been so.
   *
   * @throws UnknownSimulatedJobError
   */
  updateJob(id: string, change: Partial<JobScript>): void;
  /**
   * Sends one webhook of a job now, once, whatever its script says, and with the simulator's clock
   * as its timestamp. Under a virtual clock this is real work, as every request is.
   *
   * @returns the HTTP status of the answer
   * @throws NoWebhookAddressError if the job has none on this machine, or the error of `fetch`
   */
  sendWebhook(id: string, status: WebhookStatus): Promise<number>;
  /** Every request so far, oldest first. They are all kept in memory. */
  requests(): readonly RequestRecord[];
  /** Expires every token issued so far: they get the documented code from now on. */
  endTokens(): void;
  /** How often infobymodelid was asked about the job with a right key. */
  calls(id: string): number;
  /** Stops at once: open requests are cut off, and no more webhooks are sent. */
  close(): Promise<void>;
}

/** The key that the simulator accepts unless told otherwise. */
export const defaultApiKey = "simulator-key-24-bytes!!";

/** The client id that it signs webhooks with unless told otherwise. */
export const defaultClientId = "simulator-client";

/** The given key cannot encrypt webhooks. */
export class UnusableSimulatorKeyError extends Error {
  override readonly name = "UnusableSimulatorKeyError";

  constructor() {
    super("The simulator's API key must have 16, 24 or 32 bytes, as AKOOL's have.");
  }
}

/**
 * Starts a development tool: a server on 127.0.0.1 that answers infobymodelid, characterSwap/create,
 * quota/info and getToken as AKOOL documents them, serves the result files itself, and calls the
 * webhooks of jobs whose address is on this machine. It generates nothing; each job does what its
 * script says, by the given clock.
 *
 * @throws UnusableSimulatorKeyError
 * @throws the error of `listen` (EADDRINUSE and the like) if the port cannot be had
 */
export async function startAkoolSimulator(
  options: AkoolSimulatorOptions = {},
): Promise<AkoolSimulator> {
  const { apiKey = defaultApiKey, clientId = defaultClientId, port = 0, now = Date.now } = options;
  const { onLostAnswer = () => {} } = options;
  if (!isWebhookSecret(apiKey)) throw new UnusableSimulatorKeyError();
  const keys = { clientId, clientSecret: apiKey };
  const tokens = new Tokens(keys);
  const requests: RequestRecord[] = [];
  const server = createServer();
  const origin = await listen(server, port);
  const webhooks = new Webhooks({
    keys,
    sender: new WebhookSender(),
    now,
    find: (id) => jobs.find(id),
  });
  const jobs = new JobBook(origin, now, (id) => webhooks.follow(id));
  server.on("request", (request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push({ method, url, headers, at: now() });
    respondWith({ jobs, apiKey, tokens, now, onLostAnswer }, response);
  });
  guardServer(server);
  return {
    baseUrl: `${origin}/api/open`,
    origin,
    addJob: (script, webhookUrl = sampleInputs.webhookUrl) =>
      jobs.add(script, { ...sampleInputs, webhookUrl }).id,
    updateJob: (id, change) => jobs.update(id, change),
    endTokens: () => tokens.end(),
    requests: () => [...requests],
    calls: (id) => jobs.calls(id),
    sendWebhook: (id, status) => webhooks.send(id, status),
    async close() {
      await webhooks.close();
      await close(server);
    },
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
