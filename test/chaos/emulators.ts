import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAkoolSimulator } from "@akool-archiver/akool-simulator/simulator.ts";
import { ensureTable } from "@akool-archiver/local-aws/dynamodb/table.ts";
import {
  type EventEnvelope,
  startEventBridge,
} from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import { SERVICE_EVENTS_BUS } from "@akool-archiver/local-aws/event-bridge/execution-event.ts";
import {
  AwsJsonError,
  parseRequest,
  serveAwsJson,
} from "@akool-archiver/local-aws/http/aws-json.ts";
import { portOf } from "@akool-archiver/local-aws/http/local-server.ts";
import { startS3 } from "@akool-archiver/local-aws/s3/s3.ts";
import { startSqs } from "@akool-archiver/local-aws/sqs/sqs.ts";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "@akool-archiver/local-aws/template/local-names.ts";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import * as z from "zod/mini";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";

export const CLIENT = {
  region: LOCAL_REGION,
  credentials: { accessKeyId: "chaos", secretAccessKey: "chaos" },
};

/** What the one secret holds now; a version that was never rotated has no previous one. */
export interface Secret {
  current: { apiKey: string; clientId: string };
  previous?: { apiKey: string; clientId: string };
}

export interface ServiceOptions {
  assembly: ArchiverAssembly;
  secret: () => Secret;
  now: () => number;
  onEvent: (event: EventEnvelope, bus: string) => Promise<void>;
}

/** The emulators of one process: opened once, and used by all its histories. */
export async function openServices(options: ServiceOptions) {
  const { assembly } = options;
  const directory = await mkdtemp(join(tmpdir(), "chaos-"));
  const akool = await startAkoolSimulator({ now: options.now });
  const dynamoDb = await startTables(assembly);
  const s3 = await startS3({
    root: directory,
    metadata: join(directory, "s3"),
    buckets: { [assembly.bucket.name]: "videos" },
  });
  const events = await startEventBridge({
    buses: [SERVICE_EVENTS_BUS, assembly.eventBus.name],
    account: LOCAL_ACCOUNT,
    region: LOCAL_REGION,
    onEvent: options.onEvent,
  });
  const sqs = await startSqs({ directory: join(directory, "sqs") });
  for (const queue of assembly.queues) await sqs.createQueue(queue);
  const secrets = await startSecrets(options.secret);
  return {
    akool,
    dynamoDb,
    s3,
    events,
    sqs,
    secrets,
    videos: join(directory, "videos"),
    async close() {
      for (const server of [akool, dynamoDb, s3, events, sqs, secrets]) await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** In memory: a history needs nothing that outlives the process. */
async function startTables({ tables }: ArchiverAssembly) {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${portOf(server.address())}`;
  const client = new DynamoDBClient({ ...CLIENT, endpoint });
  for (const table of tables) await ensureTable(client, table);
  client.destroy();
  return { endpoint, close: () => new Promise<void>((done) => server.close(() => done())) };
}

const getSecretValue = z.strictObject({
  SecretId: z.string(),
  VersionStage: z._default(z.enum(["AWSCURRENT", "AWSPREVIOUS"]), "AWSCURRENT"),
});

function startSecrets(secret: () => Secret) {
  return serveAwsJson({
    targetPrefix: "secretsmanager",
    protocol: "1.1",
    maxBodyBytes: 16 * 1024,
    operations: {
      async GetSecretValue(body) {
        const { SecretId, VersionStage } = parseRequest(getSecretValue, body);
        const { current, previous } = secret();
        const version = VersionStage === "AWSCURRENT" ? current : previous;
        if (version === undefined) {
          throw new AwsJsonError("ResourceNotFoundException", `${SecretId} has no ${VersionStage}`);
        }
        return { Name: SecretId, SecretString: JSON.stringify(version) };
      },
    },
  });
}
