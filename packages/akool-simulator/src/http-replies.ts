import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answer.ts";

/** Sends a short text in full; plain text unless the headers say otherwise. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers });
  response.end(text);
}

/**
 * Sends an answer of the API.
 *
 * @param signal - ends a delay when the client leaves
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  signal: AbortSignal,
): Promise<void> {
  switch (answer.kind) {
    case "reply":
      return sendText(response, answer.status, answer.body, { "content-type": answer.contentType });
    case "hang":
      return;
    case "reset":
      response.req.socket.resetAndDestroy();
      return;
    case "delay":
      await sleep(answer.ms, undefined, { signal });
      return sendAnswer(response, answer.answer, signal);
  }
}
