import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createBrowserSession } from "@akool-archiver/console/browser-session.ts";
import { consoleFront } from "@akool-archiver/console/console-front.ts";
import { type ConsoleSettings, openingAddress } from "@akool-archiver/console/console-settings.ts";
import type { StaticFiles } from "@akool-archiver/console/static-files.ts";
import { guardServer } from "@akool-archiver/local-aws/http/loopback-guard.ts";
import { UsageError } from "../output/usage-error.ts";
import { createForward, type ForwardOptions } from "./forward.ts";

export interface ConsoleServerOptions extends ForwardOptions {
  readonly files: StaticFiles;
  readonly settings: ConsoleSettings;
  /** Where videos are played from. */
  readonly mediaOrigins: () => Promise<readonly string[]>;
  readonly port: number;
  /** A browser has used the address. */
  readonly onOpened: () => void;
}

/** The console on this machine. */
export interface ConsoleServer {
  readonly origin: string;
  /** A new address, which lets one browser in. */
  address(): string;
  close(): Promise<void>;
}

/**
 * Serves the console on the loopback interface, in front of a deployed API. Whoever reaches the port has
 * the person's AWS permissions on that API, so every request needs the cookie, a program's as well: other
 * users of the machine can reach the port, too.
 *
 * @throws UsageError when the port cannot be used
 */
export async function startConsole(options: ConsoleServerOptions): Promise<ConsoleServer> {
  const forward = createForward(options);
  const server = createServer();
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening").catch((cause: unknown) => {
    throw new UsageError(
      `port ${options.port} cannot be used (${codeOf(cause)}): take another --port`,
    );
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const session = createBrowserSession({
    key: randomBytes(32),
    cookieName: `akool-archiver-console-${port}`,
    now: Date.now,
  });
  const front = consoleFront({
    files: options.files,
    session: {
      ...session,
      exchange(token) {
        const cookie = session.exchange(token);
        if (cookie !== undefined) options.onOpened();
        return cookie;
      },
    },
    programs: false,
    settings: async () => options.settings,
    origins: async () => ({ media: await options.mediaOrigins() }),
    origin: () => origin,
  });
  server.on("request", (request, response) => {
    front(request, response)
      .then((answered) => (answered ? undefined : forward(request, response)))
      .catch(() => void response.destroy());
  });
  guardServer(server);
  return {
    origin,
    address: () => openingAddress(origin, session.token()),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
