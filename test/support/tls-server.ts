import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));

/** Of the servers below; made for tests alone, for `localhost` and `origin.cloudfront.net`. */
export const TEST_CERTIFICATE = fixture("certificate");

export interface TlsServer {
  port: number;
  /** Connections that arrived, also those that never spoke TLS. */
  connections(): number;
  /** Bytes that arrived over all of them. */
  bytes(): number;
  close(): Promise<void>;
}

/** A real HTTPS server on loopback that notices every connection and every byte. */
export async function serveTls(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    void response.end("reached"),
  address = "127.0.0.1",
): Promise<TlsServer> {
  const sockets: Socket[] = [];
  const server = createServer({ key: fixture("key"), cert: TEST_CERTIFICATE }, answer);
  server.on("connection", (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    connections: () => sockets.length,
    bytes: () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
