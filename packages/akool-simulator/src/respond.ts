import type { ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { answerApi } from "./api.ts";
import { sendAnswer, sendText } from "./http-replies.ts";
import { endsAt } from "./job.ts";
import type { JobBook } from "./job-book.ts";
import { serveResult } from "./serve-result.ts";
import type { Tokens } from "./tokens.ts";

/** What a request is answered from. */
export interface SimulatorState {
  readonly jobs: JobBook;
  readonly apiKey: string;
  readonly tokens: Tokens;
  readonly now: () => number;
  /** Called with the id of a job that was created, and whose creator got no usable answer. */
  readonly onLostAnswer: (id: string) => void;
}

const apiPath = "/api/open";
const resultPath = "/result/";

/** Answers one request. An error of the simulator's own becomes an HTTP 500 that shows it. */
export function respondWith(state: SimulatorState, response: ServerResponse): void {
  const left = new AbortController();
  response.once("close", () => left.abort());
  route(state, response, left.signal).catch((error: unknown) => {
    if (response.headersSent || left.signal.aborted) response.destroy();
    else sendText(response, 500, `The simulator itself failed: ${error}`);
  });
}

async function route(
  state: SimulatorState,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const request = response.req;
  const url = new URL(request.url ?? "", "http://simulator");
  if (url.pathname.startsWith(resultPath)) {
    return respondFile(state, url, response, signal);
  }
  if (!url.pathname.startsWith(apiPath)) return sendText(response, 404, "no such path");
  const { method, headers } = request;
  const answer = answerApi(
    {
      method,
      path: url.pathname.slice(apiPath.length),
      query: url.searchParams,
      apiKey: headers["x-api-key"]?.toString(),
      authorization: headers.authorization,
      body: await text(request),
    },
    state.jobs,
    state,
    state.now(),
  );
  return answer ? sendAnswer(response, answer, signal) : sendText(response, 404, "no such route");
}

async function respondFile(
  { jobs }: SimulatorState,
  url: URL,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (!["GET", "HEAD"].includes(response.req.method ?? "")) {
    return sendText(response, 405, "", { allow: "GET, HEAD" });
  }
  const found = jobs.openResult(url.pathname.slice(resultPath.length));
  if (!found) return sendText(response, 404, "no such result");
  return serveResult(response, found.file, endsAt(found.job), signal);
}
