import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { startDynamoDb } from "@akool-archiver/local-aws/dynamodb/dynamodb.ts";
import {
  type EventEnvelope,
  startEventBridge,
} from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import { SERVICE_EVENTS_BUS } from "@akool-archiver/local-aws/event-bridge/execution-event.ts";
import type { PortChoice } from "@akool-archiver/local-aws/http/local-server.ts";
import { startS3 } from "@akool-archiver/local-aws/s3/s3.ts";
import { startSqs } from "@akool-archiver/local-aws/sqs/sqs.ts";
import { LOCAL_REGION } from "@akool-archiver/local-aws/template/local-names.ts";
import type { ArchiverAssembly } from "./archiver-assembly.ts";

export interface ServiceOptions {
  assembly: ArchiverAssembly;
  dataDirectory: string;
  /** Called for every event on a bus; the publisher is answered when it resolves. */
  onEvent: (event: EventEnvelope, busName: string) => void | Promise<void>;
  onBytesStored?: ((key: string, bytes: number) => void) | undefined;
  /** Called for faults of the S3 emulator, mostly of the disk. */
  onStorageFault?: ((error: unknown) => void) | undefined;
  /** Called for every message that a queue takes: all queues here are for what failed. */
  onDeadLetter?: ((body: string) => void) | undefined;
  /** Where EventBridge and S3 listen; any free port by default. */
  ports?: { readonly events: PortChoice; readonly s3: PortChoice } | undefined;
  /** The origin of the API, whose pages may follow their links to videos. */
  apiOrigin?: string | undefined;
}

/** Where the emulators are reached, as in `AWS_ENDPOINT_URL_<SERVICE>`. */
export interface Endpoints {
  dynamoDb: string;
  s3: string;
  eventBridge: string;
  sqs: string;
}

/** The file that every event is appended to. */
export function eventFile(dataDirectory: string): string {
  return join(dataDirectory, "events.jsonl");
}

/**
 * Starts the emulators for the stack's tables, buckets, queues and bus. DynamoDB comes first: its
 * lock shows that no other process works in the directory.
 *
 * @param opening closes what was opened
 * @throws DataDirectoryInUse, PortInUse, UnsupportedTable, UnsupportedQueue
 */
export async function openServices(
  options: ServiceOptions,
  opening: AsyncDisposableStack,
): Promise<Endpoints> {
  const { assembly, dataDirectory } = options;
  const dynamoDb = await startDynamoDb({ directory: join(dataDirectory, "dynamodb") });
  opening.defer(() => dynamoDb.close());
  for (const table of assembly.tables) await dynamoDb.createTable(table);
  const s3 = await startS3({
    root: dataDirectory,
    metadata: join(dataDirectory, "s3"),
    buckets: {
      [assembly.bucket.name]: "videos",
      ...(assembly.imports && { [assembly.imports.bucket.name]: "imports" }),
    },
    readableFrom: options.apiOrigin,
    port: options.ports?.s3,
    onFault: options.onStorageFault,
    ...(options.onBytesStored === undefined ? {} : { onBytes: options.onBytesStored }),
  });
  opening.defer(() => s3.close());
  const sqs = await startSqs({
    directory: join(dataDirectory, "sqs"),
    onMessage: options.onDeadLetter,
  });
  opening.defer(() => sqs.close());
  for (const queue of assembly.queues) await sqs.createQueue(queue);
  const file = eventFile(dataDirectory);
  // Fails now, not at the first event, if the file cannot be written.
  await appendFile(file, "");
  const eventBridge = await startEventBridge({
    buses: [SERVICE_EVENTS_BUS, assembly.eventBus.name],
    account: "000000000000",
    region: LOCAL_REGION,
    file,
    onEvent: options.onEvent,
    port: options.ports?.events,
  });
  opening.defer(() => eventBridge.close());
  return {
    dynamoDb: dynamoDb.endpoint,
    s3: s3.endpoint,
    eventBridge: eventBridge.endpoint,
    sqs: sqs.endpoint,
  };
}
