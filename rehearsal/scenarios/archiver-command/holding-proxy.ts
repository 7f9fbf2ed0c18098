import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The emulator behind another port, which can stop taking what is sent there. */
export interface HoldingProxy {
  readonly port: number;
  /** Settles once so many bytes have been sent, after which no more are passed on. */
  readonly held: Promise<void>;
  close(): void;
}

/** Passes bytes on, in both directions, until more than that come from the client. */
export async function startHoldingProxy(port: number, bytes: number): Promise<HoldingProxy> {
  const sockets = new Set<Socket>();
  const { promise: held, resolve } = Promise.withResolvers<void>();
  let sent = 0;
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client);
    client.on("data", (chunk) => {
      sent += chunk.byteLength;
      if (sent <= bytes) upstream.write(chunk);
      else {
        client.pause();
        resolve();
      }
    });
    client.on("close", () => upstream.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    held,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
