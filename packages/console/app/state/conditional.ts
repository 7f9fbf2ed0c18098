type Send = (request: Request) => Promise<Response>;

interface Known {
  readonly etag: string;
  readonly body: string;
}

/** Enough for what a few pages poll. */
const KEPT = 40;

/**
 * Asks only for what has changed: an answer with an `ETag` is kept, and shown again on a 304. By hand,
 * because answers are `no-store`: they hold links and prompts that belong on no disk.
 */
export function conditional(send: Send): Send {
  const known = new Map<string, Known>();
  return async (request) => {
    if (request.method !== "GET") return send(request);
    const earlier = known.get(request.url);
    if (earlier !== undefined) request.headers.set("if-none-match", earlier.etag);
    const response = await send(request);
    if (response.status === 304 && earlier !== undefined) return answered(earlier.body);
    const etag = response.headers.get("etag");
    if (response.status !== 200 || etag === null) return response;
    const body = await response.text();
    known.delete(request.url);
    known.set(request.url, { etag, body });
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
    return answered(body);
  };
}

function answered(body: string): Response {
  return new Response(body, { headers: { "content-type": "application/json" } });
}
