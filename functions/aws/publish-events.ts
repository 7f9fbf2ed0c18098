import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { EventEntry } from "./announcements.ts";

/** EventBridge took the call but not every event; the caller has to repeat it. */
export class EventsNotTaken extends Error {
  override readonly name = "EventsNotTaken";
}

/** Publishes at most 10 events; resolves only when the bus has taken every one. */
export function createEventPublisher(client: EventBridgeClient) {
  return async (entries: readonly EventEntry[]): Promise<void> => {
    const Entries = entries.map((entry) => ({ ...entry, Detail: JSON.stringify(entry.Detail) }));
    const { FailedEntryCount, Entries: results } = await client.send(
      new PutEventsCommand({ Entries }),
    );
    if (FailedEntryCount === 0) return;
    const codes = results?.flatMap(({ ErrorCode }) => ErrorCode ?? []) ?? [];
    throw new EventsNotTaken(`${FailedEntryCount} events were not taken: ${codes.join(", ")}`);
  };
}
