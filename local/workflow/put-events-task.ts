import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import * as z from "zod/mini";
import { LOCAL_REGION } from "#local/assembly/local-names.ts";
import { type TaskContext, TaskFailure, type TaskHandler } from "./task.ts";

export const PUT_EVENTS_RESOURCE = "arn:aws:states:::events:putEvents";

const entrySchema = z.strictObject({
  Source: z.string(),
  DetailType: z.string(),
  Detail: z.union([z.string(), z.record(z.string(), z.unknown())]),
  EventBusName: z.exactOptional(z.string()),
  Resources: z.exactOptional(z.array(z.string())),
  Time: z.exactOptional(
    z.pipe(
      z.iso.datetime(),
      z.transform((text) => new Date(text)),
    ),
  ),
  TraceHeader: z.exactOptional(z.string()),
});

const parametersSchema = z.strictObject({ Entries: z.array(entrySchema) });

/** What the task needs of the client: it can be told which bus is which in a test. */
export interface PutEventsOptions {
  /** As in `AWS_ENDPOINT_URL_EVENTBRIDGE`. */
  endpoint: string;
}

/**
 * Step Functions' optimized EventBridge integration: a Detail object is sent as text, the ARNs of
 * the execution and of its machine are added to each entry's Resources, and the task fails with
 * `EventBridge.FailedEntry` when any entry was not taken.
 */
export function putEventsTask({ endpoint }: PutEventsOptions): TaskHandler {
  const client = new EventBridgeClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return async (parameters, context) => {
    const { Entries } = readParameters(parameters);
    const entries = Entries.map((entry) => toRequestEntry(entry, context));
    const answer = await send(client, entries);
    const summary = { Entries: answer.Entries, FailedEntryCount: answer.FailedEntryCount };
    if (answer.FailedEntryCount === 0) return summary;
    throw new TaskFailure("EventBridge.FailedEntry", JSON.stringify(summary));
  };
}

function readParameters(parameters: unknown): z.infer<typeof parametersSchema> {
  const parsed = parametersSchema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  // Step Functions refuses wrong parameters before it calls the service; no retry would help.
  throw new TaskFailure("States.Runtime", z.prettifyError(parsed.error));
}

function toRequestEntry(
  entry: z.infer<typeof entrySchema>,
  { executionArn, stateMachineArn }: TaskContext,
): PutEventsRequestEntry {
  const { Detail, Resources = [] } = entry;
  return {
    ...entry,
    Detail: typeof Detail === "string" ? Detail : JSON.stringify(Detail),
    Resources: [...Resources, executionArn, stateMachineArn],
  };
}

async function send(client: EventBridgeClient, Entries: PutEventsRequestEntry[]) {
  try {
    return await client.send(new PutEventsCommand({ Entries }));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new TaskFailure(`EventBridge.${name}`, message);
  }
}
