import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { stateMachineOf } from "./arns.ts";
import type { BudgetEventEntry, EventEntry } from "./event-entries.ts";

/** EventBridge accepted the call but not the event, which has to be published again. */
export class EventNotTaken extends Error {
  override readonly name = "EventNotTaken";
}

/**
 * Publishes one event; resolves only when the bus has accepted it. One event per call, since EventBridge
 * may accept a later entry of a call and refuse an earlier one, and charges for events, not for calls.
 *
 * @param execution ARN of the execution that owns the job
 * @throws EventNotTaken, and the errors of the SDK
 */
export type PublishEvent = (
  entry: EventEntry,
  execution: string,
  signal?: AbortSignal,
) => Promise<void>;

/** The same for an event about no job, which has no execution. */
export type PublishBudgetEvent = (entry: BudgetEventEntry, execution: undefined) => Promise<void>;

/**
 * Publishes on EventBridge. An event names its machine and execution as resources, in the order of
 * Step Functions' own integration.
 */
export function createEventPublisher(client: EventBridgeClient): PublishEvent & PublishBudgetEvent {
  return async (
    { Detail, ...entry }: EventEntry | BudgetEventEntry,
    execution: string | undefined,
    signal?: AbortSignal,
  ) => {
    const Resources = execution === undefined ? [] : [stateMachineOf(execution), execution];
    const put = new PutEventsCommand({
      Entries: [{ ...entry, Detail: JSON.stringify(Detail), Resources }],
    });
    const { FailedEntryCount, Entries } = await client.send(
      put,
      signal === undefined ? {} : { abortSignal: signal },
    );
    if (FailedEntryCount === 0) return;
    throw new EventNotTaken(`the event was not taken: ${Entries?.[0]?.ErrorCode ?? "no reason"}`);
  };
}
