import { once } from "node:events";
import type { EventEnvelope } from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import type { Output } from "#local/display/display.ts";
import { clipped, plainText } from "#local/display/format.ts";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import { beginning } from "./beginning.ts";
import type { Command } from "./command-line.ts";
import { isDemonstration } from "./demo.ts";
import { akoolOutage } from "./preflight.ts";
import { openServed, type Served } from "./served-stack.ts";
import { prepareAssembly } from "./session.ts";
import { requireWebhookSecret } from "./settings.ts";

type ServeCommand = Extract<Command, { kind: "serve" }>;

export interface ServeContext {
  out: Output;
  error: (text: string) => void;
  environment: NodeJS.ProcessEnv;
  interrupted: AbortSignal;
}

/** Programs get whole events; a person gets one line of this width for each. */
const LINE_WIDTH = 160;

/**
 * Serves the HTTP API on this machine, and follows jobs, until it is interrupted.
 *
 * @returns the exit code 0: being interrupted is how it ends
 * @throws UsageError when a setting, the port or the directory cannot be used
 */
export async function serve(command: ServeCommand, context: ServeContext): Promise<number> {
  const { settings, proxy, notes } = beginning(command.akoolUrl, context.environment);
  requireWebhookSecret(settings);
  for (const note of notes) context.error(note);
  const outage = akoolOutage(settings.AKOOL_BASE_URL, proxy);
  const assembly = await prepareAssembly(command.data, context.interrupted);
  if (assembly === undefined) return 0;
  const { data, port, json } = command;
  const served = await openServed({
    assembly,
    data,
    port,
    settings,
    proxy,
    resumes: (name) => !isDemonstration(name),
    resumesImports: true,
    onEvent: (event) => void context.out.write(eventLine(event, json)),
    error: context.error,
  });
  try {
    const told = await outage;
    if (told !== undefined) context.error(told);
    introduce(command, served, assembly, context.out);
    if (!context.interrupted.aborted) await once(context.interrupted, "abort");
    return 0;
  } finally {
    await served.api.close();
    await served.stack.close();
  }
}

function introduce(
  { json, data }: ServeCommand,
  { api: { endpoint }, stack, webhook, console: page }: Served,
  assembly: ArchiverAssembly,
  out: Output,
): void {
  if (json) {
    const { eventBridgeEndpoint, s3Endpoint, importBucket, resumed } = stack;
    const ready = {
      api: endpoint,
      ...(page && { console: page.address() }),
      eventBridge: eventBridgeEndpoint,
      s3: s3Endpoint,
      importBucket,
      resumed: resumed.length,
      ...(webhook.url && { webhook: webhook.url }),
    };
    out.write(`${JSON.stringify({ type: "ready", ...ready })}\n`);
    return;
  }
  const bus = assembly.eventBus.name;
  out.write(
    [
      ...(page ? [`The console:    ${page.address()}   (once, in one browser)`] : []),
      `The HTTP API:   ${endpoint}   (its document: ${endpoint}/openapi.json)`,
      `Events so far:  ${endpoint}/_local/events`,
      `EventBridge:    ${stack.eventBridgeEndpoint}   (bus ${bus})`,
      `Imports:        s3://${stack.importBucket}/imports/   (S3 at ${stack.s3Endpoint})`,
      `Webhooks:       ${webhook.url ?? `off, jobs are polled: ${webhook.obstacle}`}`,
      `Everything is kept in ${data}; ${stack.resumed.length} unfinished job(s) go on.`,
      "",
      "Try, in another terminal:",
      `  curl -s ${endpoint}/jobs -H 'content-type: application/json' -d '{"videoModelId":"<id>"}'`,
      "",
      "Ctrl-C stops, and nothing is lost.",
      "",
    ].join("\n"),
  );
}

function eventLine(event: EventEnvelope, json: boolean): string {
  if (json) return `${JSON.stringify({ type: "event", event })}\n`;
  const { videoModelId, previousStatus, status, reason } = event.detail;
  const change =
    status === undefined ? event["detail-type"] : `${previousStatus ?? "new"} → ${status}`;
  const words = [event.time, videoModelId, change, reason].filter((word) => word !== undefined);
  return `${clipped(plainText(words.join("  ")), LINE_WIDTH)}\n`;
}
