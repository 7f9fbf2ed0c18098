import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { wrapRequests } from "./wrap-requests.ts";

/**
 * Keeps disconnecting clients from ending this process: dynalite throws an uncaught error when a
 * request is cut off in its body, and when its store is closed while it still works for a client
 * that has left. Node counts such a connection as closed, so closing the server does not wait for
 * it.
 *
 * @returns accepts no further request, and waits until dynalite has finished those under way
 */
export function finishedRequests(server: Server): () => Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  let closing = false;
  wrapRequests(server, (request, response, handle) => {
    if (closing) return void response.destroy();
    const finished = Promise.race([ended(response), cutOff(request)]);
    underWay.add(finished);
    finished.finally(() => underWay.delete(finished));
    handle();
    // dynalite's own listener throws.
    request.removeAllListeners("error").on("error", () => void response.destroy());
  });
  return async () => {
    closing = true;
    await Promise.all(underWay);
  };
}

/** Unlike any event, `end` is called even when the client has left. */
function ended(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.end = new Proxy(response.end, {
    apply(end, response, given) {
      resolve();
      return Reflect.apply(end, response, given);
    },
  });
  return promise;
}

/** dynalite never starts on a request whose body is incomplete. */
async function cutOff(request: IncomingMessage): Promise<void> {
  const { promise: never } = Promise.withResolvers<void>();
  await once(request, "close").catch(() => undefined);
  if (request.complete) await never;
}
