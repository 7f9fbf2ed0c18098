import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { wrapRequests } from "./wrap-requests.ts";

/**
 * Keeps clients that leave from ending this process: dynalite throws where nobody catches when a
 * request is cut in its body, and when its store is closed while it works for somebody who has left.
 * Node counts such a connection as closed, so closing the server does not wait for it.
 *
 * @returns lets no further request in, and waits until dynalite is done with those that it has begun
 */
export function finishedRequests(server: Server): () => Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  let closing = false;
  wrapRequests(server, (request, response, handle) => {
    if (closing) return void response.destroy();
    const settled = Promise.race([ended(response), cutOff(request)]);
    underWay.add(settled);
    settled.finally(() => underWay.delete(settled));
    handle();
    // dynalite's own listener throws.
    request.removeAllListeners("error").on("error", () => void response.destroy());
  });
  return async () => {
    closing = true;
    await Promise.all(underWay);
  };
}

/** `end` is called even when nobody is there any more to be answered, unlike any event. */
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

/** A request whose body never came whole is not worked on. */
async function cutOff(request: IncomingMessage): Promise<void> {
  const { promise: never } = Promise.withResolvers<void>();
  await once(request, "close").catch(() => undefined);
  if (request.complete) await never;
}
