import { type ClientRequest, createServer, type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { portOf } from "@akool-archiver/local-aws/http/local-server.ts";

/** A server in front of a service that can lose answers, after what was asked for has been done. */
export interface LossyProxy {
  endpoint: string;
  /**
   * The operations that were asked for, in order; a repetition by the SDK is one of them. By AWS's names,
   * and for S3 by method and address.
   */
  operations: string[];
  close(): Promise<void>;
}

/**
 * @param losesAnswer asked once a request has taken effect; `nth` counts the requests of its
 *   operation from 1. Whatever it does before it resolves, it does between effect and loss.
 */
export async function lossyProxy(
  endpoint: string,
  losesAnswer: (operation: string, nth: number) => Promise<boolean> | boolean,
): Promise<LossyProxy> {
  const operations: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const operation = operationOf(incoming);
    operations.push(operation);
    const nth = operations.filter((each) => each === operation).length;
    const answer = await answerOf(endpoint, incoming);
    const body = await buffer(answer);
    if (await losesAnswer(operation, nth)) {
      incoming.socket.destroy();
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    outgoing.end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    endpoint: `http://127.0.0.1:${portOf(server.address())}`,
    operations,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function operationOf({ headers, method, url }: IncomingMessage): string {
  const target = headers["x-amz-target"];
  return typeof target === "string" ? target.replace(/^.*\./, "") : `${method} ${url}`;
}

function answerOf(endpoint: string, incoming: IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = incoming;
    const outgoing: ClientRequest = request(new URL(url ?? "/", endpoint), { method, headers });
    outgoing.once("response", resolve).once("error", reject);
    incoming.pipe(outgoing);
  });
}
