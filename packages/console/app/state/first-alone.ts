type Send = (request: Request) => Promise<Response>;

/** Longer than a function needs to start; what never ends must not keep a page from the rest. */
const ALONE_MS = 5_000;

/**
 * Lets the first request go alone, and sends the others once it is answered, or takes long. Until then no environment
 * of the API's function may be running, and each request at once would have one of its own started: on
 * one machine they take the processor from each other, and what is asked for first comes last.
 */
export function firstAlone(send: Send): Send {
  let first: Promise<unknown> | undefined;
  return async (request) => {
    if (first !== undefined) {
      await first;
      return send(request);
    }
    const answer = send(request);
    const late = new Promise((resolve) => setTimeout(resolve, ALONE_MS));
    first = Promise.race([answer, late]).catch(() => undefined);
    return answer;
  };
}
