import type { IncomingMessage, Server, ServerResponse } from "node:http";

type Wrapper = (
  request: IncomingMessage,
  response: ServerResponse,
  /** Runs the request handlers that the server has had so far. */
  handle: () => void,
) => void;

/** Puts `wrapper` in front of all request handlers of a server, which may be a package's. */
export function wrapRequests(server: Server, wrapper: Wrapper): void {
  const wrapped = server.rawListeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) =>
    wrapper(request, response, () => {
      for (const listener of wrapped) Reflect.apply(listener, server, [request, response]);
    }),
  );
}
