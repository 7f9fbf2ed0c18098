import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";

const readyMessage = z.object({ port: z.number() });

/** A server in a process of its own, so that what it costs is not the measured process's. */
export interface ChildServer {
  /** Without a slash at the end. */
  origin: string;
  close(): Promise<void>;
}

/** Starts a module that ends with {@link listenAndReport}. */
export async function startChildServer(
  module: URL,
  args: readonly string[] = [],
): Promise<ChildServer> {
  const child: ChildProcess = fork(fileURLToPath(module), args);
  const [message] = await once(child, "message");
  const { port } = readyMessage.parse(message);
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

/** Called by the server's own process. */
export async function listenAndReport(server: Server): Promise<void> {
  // A benchmark that is killed must not leave a server behind, which would slow down the next one.
  process.once("disconnect", () => process.exit());
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.({ port: address.port });
}
