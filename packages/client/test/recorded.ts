import { createArchiver } from "@akool-archiver/client";

const URL_OF_API = "https://api.example.com/stage";

/** A client whose requests are kept, and answered one after the other as given; the last for good. */
export function recorded(...answers: (() => Response | Promise<Response>)[]) {
  const requests: { method: string; path: string; headers: Headers; body: string }[] = [];
  let answered = 0;
  const archiver = createArchiver({
    url: `${URL_OF_API}/`,
    fetch: async (request) => {
      const { method, url, headers } = request;
      const path = url.slice(URL_OF_API.length);
      requests.push({ method, path, headers, body: await request.text() });
      request.signal.throwIfAborted();
      const answer = answers[Math.min(answered, answers.length - 1)];
      answered += 1;
      return answer?.() ?? json({});
    },
  });
  return { archiver, requests };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}) {
  return Response.json(body, { status, headers });
}

export function problem(kind: string, status: number, more: Record<string, unknown> = {}) {
  const type = `urn:akool-video-archiver:problem:${kind}`;
  return { type, title: `title of ${kind}`, status, detail: `detail of ${kind}`, ...more };
}
