import { once } from "node:events";
import { startApi } from "#local/api/api-server.ts";
import type { ApiAsset, Assembly } from "#local/assembly/assembly.ts";
import type { Output } from "#local/display/display.ts";
import { clipped, plainText } from "#local/display/format.ts";
import type { LocalStack } from "#local/stack/local-stack.ts";
import { eventFile } from "#local/stack/open-stand-ins.ts";
import type { EventEnvelope } from "#local/stand-ins/event-bridge.ts";
import { readEvents } from "#local/stand-ins/event-log.ts";
import type { LocalServer } from "#local/stand-ins/local-server.ts";
import type { Command } from "./command-line.ts";
import { isDemonstration } from "./demo.ts";
import { requireReachable } from "./preflight.ts";
import { openSession } from "./session.ts";
import { trackSettings } from "./settings.ts";
import { UsageError } from "./usage-error.ts";

type ServeCommand = Extract<Command, { kind: "serve" }>;

export interface ServeContext {
  out: Output;
  error: (text: string) => void;
  environment: NodeJS.ProcessEnv;
  interrupted: AbortSignal;
}

/** Events are shown whole to programs; a person gets one line of this width each. */
const LINE_WIDTH = 160;

/**
 * Serves the HTTP API on this machine, and follows jobs, until it is interrupted.
 *
 * @returns the exit code 0: being interrupted is how it ends
 * @throws UsageError when the port, the directory or AKOOL's address cannot be used
 */
export async function serve(command: ServeCommand, context: ServeContext): Promise<number> {
  const settings = trackSettings(command.akoolUrl, context.environment);
  await requireReachable(settings.AKOOL_BASE_URL);
  const session = await openSession({
    data: command.data,
    settings,
    interrupted: context.interrupted,
    resumes: (name) => !isDemonstration(name),
    onEvent: (event) => void context.out.write(eventLine(event, command.json)),
    onProblem: context.error,
  });
  if (session === undefined) return 0;
  const { stack, assembly } = session;
  try {
    const api = await openApi(command, assembly, stack, context);
    introduce(command, api, assembly, stack, context.out);
    if (!context.interrupted.aborted) await once(context.interrupted, "abort");
    await api.close();
    return 0;
  } finally {
    await stack.close();
  }
}

async function openApi(
  { port, data }: ServeCommand,
  assembly: Assembly,
  stack: LocalStack,
  { error }: ServeContext,
): Promise<LocalServer> {
  const { api } = assembly;
  if (api === undefined) throw new Error("the stack has no HTTP API");
  try {
    return await startApi({
      api,
      port,
      invoke: stack.invoke,
      readEvents: (after) => readEvents(eventFile(data), after),
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

function introduce(
  { json, data }: ServeCommand,
  { endpoint }: LocalServer,
  assembly: Assembly & { api?: ApiAsset },
  stack: LocalStack,
  out: Output,
): void {
  if (json) {
    const { eventBridgeEndpoint, resumed } = stack;
    const ready = { api: endpoint, eventBridge: eventBridgeEndpoint, resumed: resumed.length };
    out.write(`${JSON.stringify({ type: "ready", ...ready })}\n`);
    return;
  }
  const bus = assembly.eventBus.name;
  out.write(
    [
      `The HTTP API:   ${endpoint}   (its document: ${endpoint}/openapi.json)`,
      `Events so far:  ${endpoint}/_local/events`,
      `EventBridge:    ${stack.eventBridgeEndpoint}   (bus ${bus})`,
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
