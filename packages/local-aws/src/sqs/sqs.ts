import { mkdir } from "node:fs/promises";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import * as z from "zod/mini";
import { explainedParse } from "../http/explained-parse.ts";
import { type LocalServer, portOf } from "../http/local-server.ts";
import { guardServer } from "../http/loopback-guard.ts";

export interface SqsOptions {
  /** Where the queues and their messages are kept. One process at a time. */
  directory: string;
  port?: number;
}

export interface SqsEmulator extends LocalServer {
  /**
   * Makes a queue from its CloudFormation properties; one that is there already is kept.
   *
   * @throws UnsupportedQueue
   */
  createQueue(queue: QueueDefinition): Promise<void>;
}

interface QueueDefinition {
  name: string;
  /** `Properties` of an `AWS::SQS::Queue`, resolved. */
  properties: unknown;
}

/** The template's queue has a property that the emulator neither honours nor may drop. */
export class UnsupportedQueue extends Error {
  override readonly name = "UnsupportedQueue";

  constructor(queueName: string, reason: string) {
    super(`The queue ${queueName} cannot be made on this machine:\n${reason}`);
  }
}

const queueProperties = z.strictObject({
  QueueName: z.optional(z.string()),
  VisibilityTimeout: z.optional(z.number()),
  // Without meaning on one machine: encryption at rest, tags, and the end of what lies there for
  // days (it is kept).
  SqsManagedSseEnabled: z.optional(z.boolean()),
  MessageRetentionPeriod: z.optional(z.number()),
  Tags: z.optional(z.unknown()),
});

/** The parts of fauxqs that keep messages on disk; its `startFauxqs` alone makes use of them. */
interface FauxqsInternals {
  PersistenceManager: new (directory: string) => Persistence;
  SqsStore: new () => Stores["sqsStore"];
  SnsStore: new () => Stores["snsStore"];
  S3Store: new () => Stores["s3Store"];
}

interface Persistence {
  loadSqsAndSns(sqs: Stores["sqsStore"], sns: Stores["snsStore"]): void;
  close(): void;
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>;

/**
 * Starts fauxqs in this process for SQS alone, on the loopback interface, kept in a directory.
 *
 * It is put together from its parts because its own `startFauxqs` listens on every interface.
 */
export async function startSqs(options: SqsOptions): Promise<SqsEmulator> {
  await mkdir(options.directory, { recursive: true });
  const { app, persistence } = await assemble(options.directory);
  await app.listen({ port: options.port ?? 0, host: "127.0.0.1" });
  const endpoint = `http://127.0.0.1:${portOf(app.server.address())}`;
  const client = new SQSClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return {
    endpoint,
    async createQueue(queue) {
      await client.send(new CreateQueueCommand(createQueueInput(queue)));
    },
    async close() {
      client.destroy();
      await app.close();
      persistence.close();
    },
  };
}

function createQueueInput({ name, properties }: QueueDefinition) {
  const parsed = explainedParse(queueProperties, properties);
  if ("problem" in parsed) throw new UnsupportedQueue(name, parsed.problem);
  const { VisibilityTimeout } = parsed.data;
  return {
    QueueName: name,
    ...(VisibilityTimeout !== undefined && {
      Attributes: { VisibilityTimeout: String(VisibilityTimeout) },
    }),
  };
}

async function assemble(directory: string) {
  const { PersistenceManager, SqsStore, SnsStore, S3Store } = await fauxqsInternals();
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const persistence = new PersistenceManager(directory);
  persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  keepOnDisk(stores.sqsStore, persistence);
  const app = buildApp({ logger: false, stores });
  // fauxqs would answer any web page, and stand in for S3 and SNS as well.
  guardServer(app.server);
  app.addHook("onRequest", async (request, reply) => {
    const isSqs = String(request.headers["x-amz-target"]).startsWith("AmazonSQS.");
    if (isSqs) return;
    await reply.code(403).send({ message: "Forbidden" });
  });
  return { app, persistence };
}

interface KeptStore {
  persistence?: unknown;
  allQueues(): Iterable<{ persistence?: unknown }>;
}

/** Queues that were read from the disk do not know yet where they are kept. */
function keepOnDisk(store: KeptStore, persistence: Persistence): void {
  store.persistence = persistence;
  for (const queue of store.allQueues()) queue.persistence = persistence;
}

/** By address: the package exports its front door alone. Its version is pinned exactly. */
async function fauxqsInternals(): Promise<FauxqsInternals> {
  const files = ["persistence.js", "sqs/sqsStore.js", "sns/snsStore.js", "s3/s3Store.js"];
  const front = import.meta.resolve("fauxqs");
  const modules = await Promise.all(files.map((file) => import(new URL(file, front).href)));
  return Object.assign({}, ...modules);
}
