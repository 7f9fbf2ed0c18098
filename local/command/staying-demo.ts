import { once } from "node:events";
import { defaultApiKey, startAkoolSimulator } from "@akool-archiver/akool-simulator/simulator.ts";
import { createArchiver } from "@akool-archiver/client";
import type { Beginning } from "./beginning.ts";
import type { Command } from "./command-line.ts";
import { DEMO_JOBS } from "./demo.ts";
import type { ServeContext } from "./serve.ts";
import { openServed } from "./served-stack.ts";
import { demoSettings } from "./settings.ts";

/**
 * The demonstration in the console: the same jobs at the simulator, and the page to watch them on,
 * until it is interrupted.
 *
 * @returns the exit code 0: being interrupted is how it ends
 * @throws UsageError when a port or the directory cannot be used
 */
export async function stayingDemo(
  { data, ports, json }: Extract<Command, { kind: "staying demo" }>,
  { out, error, interrupted, assembly }: Omit<ServeContext, keyof Beginning>,
): Promise<number> {
  if (assembly === undefined) return 0;
  await using open = new AsyncDisposableStack();
  const simulator = await startAkoolSimulator();
  open.defer(() => simulator.close());
  const served = await openServed({
    assembly,
    data,
    ports,
    settings: demoSettings(simulator.baseUrl, defaultApiKey),
    proxy: undefined,
    // The simulator of an earlier demonstration, and its jobs with it, is gone.
    resumes: () => false,
    error,
  });
  open.defer(() => served.stack.close());
  open.defer(() => served.api.close());
  const archiver = createArchiver({ url: served.api.endpoint });
  for (const { label, script } of DEMO_JOBS) {
    const videoModelId = simulator.addJob({ ...script, startsAtFirstPoll: true });
    await archiver.submitJob({ videoModelId, tags: { demo: label } });
  }
  const address = served.console?.address();
  const { endpoint } = served.api;
  out.write(json ? readyLine(endpoint, address) : introduction(endpoint, address, data));
  if (!interrupted.aborted) await once(interrupted, "abort");
  return 0;
}

function readyLine(api: string, address: string | undefined): string {
  return `${JSON.stringify({ type: "ready", api, ...(address && { console: address }) })}\n`;
}

function introduction(api: string, address: string | undefined, data: string): string {
  return [
    "A demonstration: five jobs at a simulator of AKOOL, which take about 15 seconds.",
    "",
    ...(address === undefined
      ? []
      : [`  ${address}`, "", "opens the console, once, in one browser."]),
    `The HTTP API: ${api}. Everything is kept in ${data}.`,
    "",
    "Ctrl-C stops.",
    "",
  ].join("\n");
}
