import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { EventEntry } from "./announcements.ts";

/** EventBridge took the call but not every event; the caller has to repeat it. */
export class EventsNotTaken extends Error {
  override readonly name = "EventsNotTaken";
}

/**
 * Publishes at most 10 events; resolves only when the bus has taken every one. They name the
 * execution and its machine as resources, as Step Functions does in those that it publishes.
 */
export function createEventPublisher(client: EventBridgeClient) {
  return async (entries: readonly EventEntry[], execution: string): Promise<void> => {
    const Resources = [execution, machineOf(execution)];
    const Entries = entries.map(({ Detail, ...entry }) => ({
      ...entry,
      Detail: JSON.stringify(Detail),
      Resources,
    }));
    const { FailedEntryCount, Entries: results } = await client.send(
      new PutEventsCommand({ Entries }),
    );
    if (FailedEntryCount === 0) return;
    const codes = results?.flatMap(({ ErrorCode }) => ErrorCode ?? []) ?? [];
    throw new EventsNotTaken(`${FailedEntryCount} events were not taken: ${codes.join(", ")}`);
  };
}

/** `…:execution:<machine>:<name>` → `…:stateMachine:<machine>` */
function machineOf(execution: string): string {
  return execution.slice(0, execution.lastIndexOf(":")).replace(":execution:", ":stateMachine:");
}
