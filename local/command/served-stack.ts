import { startApi } from "@akool-archiver/local-aws/api-gateway/api-server.ts";
import { readEvents } from "@akool-archiver/local-aws/event-bridge/event-log.ts";
import type { LocalServer } from "@akool-archiver/local-aws/http/local-server.ts";
import { PortInUse } from "@akool-archiver/local-aws/http/port-in-use.ts";
import { ConsoleNotBuilt, consoleFiles } from "#local/stack/console-files.ts";
import type { LocalStack, LocalStackOptions } from "#local/stack/local-stack.ts";
import { eventFile } from "#local/stack/open-services.ts";
import type { Ports } from "./command-line.ts";
import { type OpenConsole, openConsole, type ServedPlaces } from "./console.ts";
import { storageNotes } from "./machine-limit.ts";
import type { ProxyEnvironment } from "./proxy.ts";
import type { Log } from "./serve-log.ts";
import { openStack } from "./session.ts";
import { type FunctionSettings, type WebhookAddress, webhookAddress } from "./settings.ts";
import { UsageError } from "./usage-error.ts";

/** What runs while the API is served. */
export interface Served {
  api: LocalServer;
  stack: LocalStack;
  webhook: WebhookAddress;
  /** Absent when the page could not be built, which was told. */
  console: OpenConsole | undefined;
}

export interface ServedOptions
  extends Pick<LocalStackOptions, "assembly" | "resumes" | "resumesImports"> {
  data: string;
  ports: Ports;
  /** Gets a line for each event, request and refusal. */
  log?: Pick<Log, "event" | "request" | "deadLetter">;
  settings: FunctionSettings;
  proxy: ProxyEnvironment | undefined;
  error: (text: string) => void;
}

/**
 * Opens the stack behind its HTTP API. The API listens first, because the functions must know its
 * address; requests that come before the stack is open are answered once it is.
 *
 * @throws UsageError when a port, the settings or the data directory cannot be used
 */
export async function openServed(options: ServedOptions): Promise<Served> {
  const { assembly, data, ports, log, error: onProblem, settings, proxy } = options;
  const opening = Promise.withResolvers<LocalStack>();
  // There may be no request yet when opening the stack fails.
  opening.promise.catch(() => {});
  const places = Promise.withResolvers<ServedPlaces>();
  places.promise.catch(() => {});
  let endpoint = "";
  // Built by a process of its own the first time, while the stack is opened.
  const openingPage = openPage(options, places.promise, () => endpoint);
  openingPage.catch(() => {});
  const api = await openApi(options, opening.promise, openingPage);
  endpoint = api.endpoint;
  try {
    const webhook = webhookAddress(settings, api.endpoint);
    const stack = await openStack({
      assembly,
      dataDirectory: data,
      apiOrigin: api.endpoint,
      settings: { ...settings, ...(webhook.url && { WEBHOOK_URL: webhook.url }) },
      proxy,
      resumes: options.resumes,
      schedules: true,
      resumesImports: options.resumesImports ?? false,
      onProblem,
      onStorageFault: storageNotes(onProblem),
      ports,
      ...(log && { onEvent: log.event, onDeadLetter: log.deadLetter }),
    });
    opening.resolve(stack);
    const page = await openingPage.catch(async (cause) => {
      await stack.close();
      throw cause;
    });
    if (page !== undefined) prepareList(assembly, stack);
    places.resolve({ s3Endpoint: stack.s3Endpoint, webhookUrl: webhook.url });
    return { api, stack, webhook, console: page };
  } catch (error) {
    opening.reject(error);
    places.reject(error);
    await api.close();
    throw portProblem(error, ports) ?? error;
  }
}

/** The list of jobs is what a page asks for first, and it is opened as soon as it can be. */
function prepareList({ api }: ServedOptions["assembly"], stack: LocalStack): void {
  const list = api?.routes.find(({ method, path }) => method === "GET" && path === "/jobs");
  if (list !== undefined) stack.prepare(list.functionArn);
}

/** Jobs are followed without the page as well. */
async function openPage(
  { data, error }: ServedOptions,
  places: Promise<ServedPlaces>,
  endpoint: () => string,
): Promise<OpenConsole | undefined> {
  try {
    return await openConsole({ files: await consoleFiles(), data, places, endpoint });
  } catch (cause) {
    if (!(cause instanceof ConsoleNotBuilt)) throw cause;
    error(cause.message);
    return undefined;
  }
}

async function openApi(
  { assembly: { api }, ports, data, log, error }: ServedOptions,
  stack: Promise<LocalStack>,
  page: Promise<OpenConsole | undefined>,
): Promise<LocalServer> {
  if (api === undefined) throw new Error("the stack has no HTTP API");
  try {
    return await startApi({
      api,
      port: ports.api,
      front: async (message, response) => (await (await page)?.front(message, response)) ?? false,
      ...(log && { onRequest: log.request }),
      invoke: async (name, event) => (await stack).invoke(name, event),
      async readEvents(after) {
        await stack;
        return readEvents(eventFile(data), after);
      },
      onFault: (fault) => error(`The API's function failed: ${String(fault)}`),
    });
  } catch (cause) {
    throw portProblem(cause, ports) ?? cause;
  }
}

/** The message for a port that is taken, with the option that chooses another. */
function portProblem(error: unknown, ports: Ports): UsageError | undefined {
  if (!(error instanceof PortInUse)) return undefined;
  const options = { "--port": ports.api, "--events-port": ports.events, "--s3-port": ports.s3 };
  const [option] = Object.entries(options).find(([, port]) => port === error.port) ?? ["--port"];
  return new UsageError(
    `port ${error.port} cannot be used (${error.reason}). Choose another with ${option}`,
  );
}
