import { startApi } from "@akool-archiver/local-aws/api-gateway/api-server.ts";
import { readEvents } from "@akool-archiver/local-aws/event-bridge/event-log.ts";
import type { LocalServer } from "@akool-archiver/local-aws/http/local-server.ts";
import { ConsoleNotBuilt, consoleFiles } from "#local/stack/console-files.ts";
import type { LocalStack, LocalStackOptions } from "#local/stack/local-stack.ts";
import { eventFile } from "#local/stack/open-services.ts";
import { type OpenConsole, openConsole, type ServedPlaces } from "./console.ts";
import { storageNotes } from "./machine-limit.ts";
import type { ProxyEnvironment } from "./proxy.ts";
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
  extends Pick<LocalStackOptions, "assembly" | "onEvent" | "resumes" | "resumesImports"> {
  data: string;
  port: number;
  settings: FunctionSettings;
  proxy: ProxyEnvironment | undefined;
  error: (text: string) => void;
}

/**
 * Opens the stack behind its HTTP API. The API listens first, because the functions must know its
 * address; requests that come before the stack is open are answered once it is.
 *
 * @throws UsageError when the port, the settings or the data directory cannot be used
 */
export async function openServed(options: ServedOptions): Promise<Served> {
  const { assembly, data, error: onProblem, settings, proxy } = options;
  const opening = Promise.withResolvers<LocalStack>();
  // There may be no request yet when opening the stack fails.
  opening.promise.catch(() => {});
  const places = Promise.withResolvers<ServedPlaces>();
  places.promise.catch(() => {});
  let endpoint = "";
  const page = await openPage(options, places.promise, () => endpoint);
  const api = await openApi(options, opening.promise, page);
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
      ...(options.onEvent && { onEvent: options.onEvent }),
    });
    opening.resolve(stack);
    places.resolve({ s3Endpoint: stack.s3Endpoint, webhookUrl: webhook.url });
    return { api, stack, webhook, console: page };
  } catch (error) {
    opening.reject(error);
    places.reject(error);
    await api.close();
    throw error;
  }
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
  { assembly: { api }, port, data, error }: ServedOptions,
  stack: Promise<LocalStack>,
  page: OpenConsole | undefined,
): Promise<LocalServer> {
  if (api === undefined) throw new Error("the stack has no HTTP API");
  try {
    return await startApi({
      api,
      port,
      front: page?.front,
      invoke: async (name, event) => (await stack).invoke(name, event),
      async readEvents(after) {
        await stack;
        return readEvents(eventFile(data), after);
      },
      onFault: (fault) => error(`The API's function failed: ${String(fault)}`),
    });
  } catch (cause) {
    throw isPortError(cause)
      ? new UsageError(`port ${port} cannot be used (${cause.code}). Choose another with --port`)
      : cause;
  }
}

function isPortError(error: unknown): error is Error & { code: string } {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return error.code === "EADDRINUSE" || error.code === "EACCES";
}
