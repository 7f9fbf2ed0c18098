import type { IncomingMessage, Server, ServerResponse } from "node:http";

type Wrapper = (
  request: IncomingMessage,
  response: ServerResponse,
  /** What the server did with requests so far. */
  handle: () => void,
) => void;

/** Puts `wrapper` in front of what a server, perhaps a package's, has been told to do with requests. */
export function wrapRequests(server: Server, wrapper: Wrapper): void {
  const wrapped = server.rawListeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) =>
    wrapper(request, response, () => {
      for (const listener of wrapped) Reflect.apply(listener, server, [request, response]);
    }),
  );
}
