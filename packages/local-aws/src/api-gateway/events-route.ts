import type { EventPage } from "../event-bridge/event-log.ts";
import { gatewayAnswer, type HttpAnswer, jsonAnswer } from "./function-answer.ts";

/** A route that exists only on this machine; it is not in the template. */
export const EVENTS_PATH = "/_local/events";

/** @param after how many events to leave out at the beginning */
export type EventReader = (after: number) => Promise<EventPage>;

/** Answers `GET /_local/events?after=N` with `{events, next}`. */
export async function eventsAnswer(
  readEvents: EventReader,
  query: URLSearchParams,
): Promise<HttpAnswer> {
  const after = query.get("after") ?? "0";
  if (!/^\d{1,15}$/.test(after)) return gatewayAnswer(400, "after must be a whole number");
  return jsonAnswer(200, await readEvents(Number(after)));
}
