import { createArchiver } from "@akool-archiver/client";
import { LINKS_PATH } from "@akool-archiver/console/console-settings.ts";
import { buildCommand } from "@stricli/core";
import { consoleFiles } from "../console/console-files.ts";
import { type ConsoleServer, startConsole } from "../console/console-server.ts";
import { bucketOrigin, linkedOrigin } from "../console/media-origin.ts";
import { openBrowser } from "../console/open-browser.ts";
import type { Context } from "../context.ts";
import { explain } from "../output/explain.ts";
import { createPrinter, type Printer } from "../output/printer.ts";
import { UsageError } from "../output/usage-error.ts";
import { type Access, type CommonFlags, openAccess } from "../target/session.ts";
import { describeTarget } from "../target/target.ts";
import { commonFlags, switchFlag, textFlag } from "./flags.ts";

interface Flags extends CommonFlags {
  readonly port?: string | undefined;
  readonly "no-open"?: boolean | undefined;
}

/** The same every time, so that a saved address of the console works the next day. */
const DEFAULT_PORT = 8789;

export const consoleCommand = buildCommand<Flags, [], Context>({
  docs: {
    brief: "every video in the browser, with your own AWS credentials, until Ctrl-C",
    customUsage: [
      { input: "--stack AkoolVideoArchiver --region us-east-1", brief: "of a deployed stack" },
      { input: "--local", brief: "of the archiver on this machine" },
    ],
  },
  parameters: {
    flags: {
      ...commonFlags,
      port: textFlag("N", `of this machine (default ${DEFAULT_PORT}, 0 for any)`),
      "no-open": switchFlag("print the address, and open no browser"),
    },
  },
  async func(flags) {
    const print = createPrinter(this, flags);
    const access = await openAccess(this, flags);
    const address =
      access.target.kind === "local" ? await localAddress(access.url, this.interrupted) : undefined;
    if (address !== undefined) {
      await show(this, flags, print, address, describeTarget(access.target));
      return;
    }
    const server = await serve(access, portOf(flags.port), print);
    try {
      const close = await show(this, flags, print, server.address(), describeTarget(access.target));
      print.note("It works once, for one browser. Ctrl-C ends the console.");
      await interruption(this.interrupted);
      await close();
    } finally {
      await server.close();
    }
  },
});

/** The archiver on this machine serves the console itself, and gives out addresses for it. */
async function localAddress(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${url}${LINKS_PATH}`, { method: "POST", signal }).catch(() => {
    throw new UsageError(`nobody answers at ${url}; start it: npm start -- serve`);
  });
  const { url: address } = Object(await response.json().catch(() => undefined));
  if (!response.ok || typeof address !== "string") {
    throw new UsageError(`what answers at ${url} has no console`);
  }
  return address;
}

async function serve(access: Access, port: number, print: Printer): Promise<ConsoleServer> {
  const { url, authorization, outputs, region, target } = access;
  const archiver = createArchiver({ url, ...authorization });
  const known = bucketOrigin(outputs, region);
  let linked: string | undefined;
  const server = await startConsole({
    files: await consoleFiles(),
    port,
    apiUrl: url,
    authorization,
    settings: {
      kind: "stack",
      name: target.kind === "stack" ? target.stack : new URL(url).host,
      ...(outputs.WebhookUrl !== undefined && { webhookUrl: outputs.WebhookUrl }),
    },
    async mediaOrigins() {
      const origin = known ?? linked ?? (await linkedOrigin(archiver));
      linked = origin;
      return origin === undefined ? [] : [origin];
    },
    onFailure: (error) => print.note(explain(error)),
    onOpened: () => print.note(`The console is open. For another browser: ${server.address()}`),
  });
  return server;
}

async function show(
  { environment, process: { stdout } }: Context,
  { "no-open": isClosed = false }: Flags,
  print: Printer,
  url: string,
  what: string,
): Promise<() => Promise<void>> {
  print.result({ type: "ready", url }, `The console of ${what}:\n  ${url}`);
  return isClosed || stdout.isTTY !== true ? async () => {} : openBrowser(url, environment);
}

function portOf(text = String(DEFAULT_PORT)): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port wants a number from 0 to 65535, not ${JSON.stringify(text)}`);
}

function interruption(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
