import { Agent, request as httpRequest } from "node:http";

/** A request as it goes over the wire: nothing is encoded or corrected any more. */
export interface RawRequest {
  method: string;
  /** Path and query; one character stands for one byte. */
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer | undefined;
}

export interface RawAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** Far beyond what any operation takes: no answer at all is a finding. */
const PATIENCE_MS = 20_000;

/** A client that sends what no ordinary client would let through. */
export function rawClient(endpoint: string) {
  const { hostname, port, host } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });

  function send({ method, target, headers, body }: RawRequest): Promise<RawAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
    const hosts = headers.some(([name]) => name === "Host") ? [] : [["Host", host]];
    const lengths = body === undefined ? [] : [["Content-Length", String(body.length)]];
    const sent = httpRequest(
      {
        agent,
        hostname,
        port,
        method,
        path: target,
        headers: [...hosts, ...headers, ...lengths].flat(),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode: status = 0, headers: answered } = response;
          resolve({ status, headers: answered, body: Buffer.concat(chunks).toString("utf8") });
        });
      },
    );
    sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error("no answer came")));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // The server may give a connection up in the moment in which it is used again.
      if (sent.reusedSocket && error.code === "ECONNRESET") {
        agent.destroy();
        resolve(send({ method, target, headers, body }));
      } else {
        reject(error);
      }
    });
    sent.end(body);
    return promise;
  }

  return { send, close: () => agent.destroy() };
}
