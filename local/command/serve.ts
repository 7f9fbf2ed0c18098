import { once } from "node:events";
import type { Output } from "#local/display/display.ts";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import type { Beginning } from "./beginning.ts";
import { type Command, DEFAULT_DATA, DEFAULT_PORT } from "./command-line.ts";
import { isDemonstration } from "./demo.ts";
import { akoolOutage } from "./preflight.ts";
import { type Log, logFor } from "./serve-log.ts";
import { openServed, type Served } from "./served-stack.ts";
import { quoted } from "./shell.ts";

type ServeCommand = Extract<Command, { kind: "serve" }>;

export interface ServeContext extends Beginning {
  readonly out: Output;
  readonly error: (text: string) => void;
  readonly interrupted: AbortSignal;
  /** Absent when the user has interrupted before it was there. */
  readonly assembly: ArchiverAssembly | undefined;
}

/**
 * Serves the HTTP API on this machine, and follows jobs, until it is interrupted.
 *
 * @returns the exit code 0: being interrupted is how it ends
 * @throws UsageError when a setting, a port or the directory cannot be used
 */
export async function serve(command: ServeCommand, context: ServeContext): Promise<number> {
  const { assembly, settings, proxy, out, error, interrupted } = context;
  if (assembly === undefined) return 0;
  const { data, ports, json } = command;
  const outage = akoolOutage(settings.AKOOL_BASE_URL, proxy);
  const log = logFor(out, json);
  const served = await openServed({
    assembly,
    data,
    ports,
    settings,
    proxy,
    resumes: (name) => !isDemonstration(name),
    resumesImports: true,
    log,
    error,
  });
  try {
    introduce(command, served, assembly, log);
    outage.then((told) => told !== undefined && error(told));
    if (!interrupted.aborted) await once(interrupted, "abort");
    log.line({ type: "stopping" }, "Stopping …");
    return 0;
  } finally {
    await served.api.close();
    await served.stack.close();
    log.line({ type: "stopped" }, `Nothing is lost. Go on with:\n  ${again(command)}`);
  }
}

/** The command line that goes on here. */
function again({ data, ports, akoolUrl }: ServeCommand): string {
  return [
    "npm start -- serve",
    ...(data === DEFAULT_DATA ? [] : [`--data ${quoted(data)}`]),
    ...(ports.api === DEFAULT_PORT ? [] : [`--port ${ports.api}`]),
    ...(akoolUrl === undefined ? [] : [`--akool-url ${quoted(akoolUrl)}`]),
  ].join(" ");
}

function introduce(
  { data }: ServeCommand,
  { api: { endpoint }, stack, webhook, console: page }: Served,
  assembly: ArchiverAssembly,
  log: Log,
): void {
  const { eventBridgeEndpoint, s3Endpoint, importBucket, resumed } = stack;
  const ready = {
    type: "ready",
    api: endpoint,
    ...(page && { console: page.address() }),
    eventBridge: eventBridgeEndpoint,
    s3: s3Endpoint,
    importBucket,
    resumed: resumed.length,
    ...(webhook.url && { webhook: webhook.url }),
  };
  log.line(
    ready,
    [
      ...(page ? [`The console:    ${page.address()}   (once, in one browser)`] : []),
      `The HTTP API:   ${endpoint}   (its document: ${endpoint}/openapi.json)`,
      `Events so far:  ${endpoint}/_local/events`,
      `EventBridge:    ${eventBridgeEndpoint}   (bus ${assembly.eventBus.name})`,
      `Imports:        s3://${importBucket}/imports/   (S3 at ${s3Endpoint})`,
      `Webhooks:       ${webhook.url ?? `off, jobs are polled: ${webhook.obstacle}`}`,
      `Everything is kept in ${data}; ${resumed.length} unfinished job(s) go on.`,
      "",
      "Try, in another terminal:",
      `  npx akool-archiver submit <id>${endpoint.endsWith(`:${DEFAULT_PORT}`) ? "" : ` --local ${endpoint}`}`,
      "",
      "Ctrl-C stops, and nothing is lost.",
      "",
    ].join("\n"),
  );
}
