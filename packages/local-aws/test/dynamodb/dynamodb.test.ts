import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DynamoDbEmulator, startDynamoDb } from "../../src/dynamodb/dynamodb.ts";
import { shelterOf } from "../../src/dynamodb/rebuild-table.ts";
import { ensureTable, TableDefinitionChanged } from "../../src/dynamodb/table.ts";
import { createTableInput, UnsupportedTable } from "../../src/dynamodb/table-definition.ts";
import { LOCAL_CLIENT } from "../../src/http/local-client.ts";
import { portOf } from "../../src/http/local-server.ts";
import { DataDirectoryInUse } from "../../src/storage/data-directory-lock.ts";

const PROPERTIES = {
  KeySchema: [{ AttributeName: "videoModelId", KeyType: "HASH" }],
  AttributeDefinitions: [
    { AttributeName: "videoModelId", AttributeType: "S" },
    { AttributeName: "statusShard", AttributeType: "S" },
    { AttributeName: "acceptedAt", AttributeType: "S" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "byStatus",
      KeySchema: [
        { AttributeName: "statusShard", KeyType: "HASH" },
        { AttributeName: "acceptedAt", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["status", "tags"] },
    },
  ],
  BillingMode: "PAY_PER_REQUEST",
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  SSESpecification: { SSEEnabled: true },
  TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
  DeletionProtectionEnabled: true,
  Tags: [{ Key: "a", Value: "b" }],
};
const JOBS = { name: "jobs", properties: PROPERTIES };

let directory: string;
let database: DynamoDbEmulator;
let client: DynamoDBClient;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dynamodb-"));
  await start();
});

afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

async function start() {
  database = await startDynamoDb({ directory });
  client = new DynamoDBClient({
    endpoint: database.endpoint,
    ...LOCAL_CLIENT,
    maxAttempts: 1,
  });
}

async function stop() {
  client.destroy();
  await database.close();
}

function put(videoModelId: string, TableName = "jobs") {
  const Item = {
    videoModelId: { S: videoModelId },
    statusShard: { S: "archived#0" },
    acceptedAt: { S: "2026-11-22T09:44:08Z" },
    status: { S: "archived" },
  };
  return client.send(new PutItemCommand({ TableName, Item }));
}

async function get(videoModelId: string) {
  const Key = { videoModelId: { S: videoModelId } };
  return (await client.send(new GetItemCommand({ TableName: "jobs", Key }))).Item;
}

/** As a process leaves it that is killed meanwhile. */
async function leaveDeletedHalfway(TableName: string): Promise<void> {
  const server = dynalite({ path: join(directory, "tables"), deleteTableMs: 60_000 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const other = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${portOf(server.address())}`,
    ...LOCAL_CLIENT,
  });
  await other.send(new DeleteTableCommand({ TableName }));
  other.destroy();
  await promisify(server.close.bind(server))();
}

describe("a table", () => {
  test("has the keys and indexes of its template", async () => {
    await database.createTable(JOBS);
    await put("1");

    const answer = await client.send(
      new QueryCommand({
        TableName: "jobs",
        IndexName: "byStatus",
        KeyConditionExpression: "statusShard = :s",
        ExpressionAttributeValues: { ":s": { S: "archived#0" } },
      }),
    );

    expect(answer.Items?.map((item) => item.videoModelId)).toEqual([{ S: "1" }]);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: "jobs" }));
    expect(Table).toMatchObject({
      TableStatus: "ACTIVE",
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    });
  });

  test("may be made again, and keeps its items", async () => {
    await database.createTable(JOBS);
    await put("1");

    await database.createTable(JOBS);

    expect(await get("1")).toBeDefined();
  });

  test("keeps its items over a restart", async () => {
    await database.createTable(JOBS);
    await put("1");

    await stop();
    await start();
    await database.createTable(JOBS);

    expect(await get("1")).toMatchObject({ status: { S: "archived" } });
  });

  test("may come from a global table without indexes", async () => {
    const { GlobalSecondaryIndexes: _, Tags: __, ...plain } = PROPERTIES;
    const [key] = PROPERTIES.AttributeDefinitions;
    const properties = {
      ...plain,
      TableName: "named",
      AttributeDefinitions: [key],
      Replicas: [{ Region: "eu-central-1" }],
    };

    await database.createTable({ name: "jobs", properties });
    await database.createTable({ name: "jobs", properties });

    await put("1");
    expect(await get("1")).toBeDefined();
  });

  const SHELTER = shelterOf("jobs");
  const OTHER_INDEXES = {
    name: "jobs",
    properties: {
      ...PROPERTIES,
      GlobalSecondaryIndexes: PROPERTIES.GlobalSecondaryIndexes.map((index) => ({
        ...index,
        IndexName: "byState",
        Projection: { ProjectionType: "ALL" },
      })),
    },
  };

  test("keeps its items when the template names other indexes", async () => {
    await database.createTable(JOBS);
    for (let id = 0; id < 60; id++) await put(String(id));

    await database.createTable(OTHER_INDEXES);

    expect(await get("59")).toMatchObject({ status: { S: "archived" } });
    const { Count } = await client.send(
      new ScanCommand({ TableName: "jobs", IndexName: "byState" }),
    );
    expect(Count).toBe(60);
    await expect(client.send(new DescribeTableCommand({ TableName: SHELTER }))).rejects.toThrow();
  });

  test("takes up the items of a rebuilding that had got as far as the old table's end", async () => {
    await database.createTable({ ...OTHER_INDEXES, name: SHELTER });
    await put("1", SHELTER);

    await database.createTable(OTHER_INDEXES);

    expect(await get("1")).toMatchObject({ status: { S: "archived" } });
  });

  test("takes up a rebuilding that died while the old table was being deleted", async () => {
    await database.createTable(JOBS);
    await database.createTable({ ...OTHER_INDEXES, name: SHELTER });
    await put("1", SHELTER);
    await stop();
    await leaveDeletedHalfway("jobs");
    await start();

    await database.createTable(OTHER_INDEXES);

    expect(await get("1")).toMatchObject({ status: { S: "archived" } });
    await expect(client.send(new DescribeTableCommand({ TableName: SHELTER }))).rejects.toThrow();
  });

  test("begins again where a rebuilding had not copied all items", async () => {
    await database.createTable(JOBS);
    await put("1");
    await put("2");
    await database.createTable({ ...OTHER_INDEXES, name: SHELTER });
    await put("1", SHELTER);

    await database.createTable(OTHER_INDEXES);

    expect(await get("1")).toBeDefined();
    expect(await get("2")).toBeDefined();
  });

  test("is refused with other keys, which its items need not have", async () => {
    await database.createTable(JOBS);

    const changed = database.createTable({
      name: "jobs",
      properties: {
        ...PROPERTIES,
        KeySchema: [{ AttributeName: "statusShard", KeyType: "HASH" }],
        AttributeDefinitions: PROPERTIES.AttributeDefinitions.slice(1),
      },
    });

    await expect(changed).rejects.toBeInstanceOf(TableDefinitionChanged);
  });

  test.each([
    ["a stream", { StreamSpecification: { StreamViewType: "NEW_IMAGE" } }],
    ["a local index", { LocalSecondaryIndexes: [] }],
    ["provisioned capacity", { BillingMode: "PROVISIONED" }],
  ])("is refused with %s", async (_what, more) => {
    const making = database.createTable({ name: "jobs", properties: { ...PROPERTIES, ...more } });

    await expect(making).rejects.toBeInstanceOf(UnsupportedTable);
    await expect(making).rejects.toThrow(Object.keys(more)[0]);
  });

  test("is refused as DynamoDB refuses it", async () => {
    const properties = { ...PROPERTIES, AttributeDefinitions: [] };

    await expect(database.createTable({ name: "jobs", properties })).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  const { GlobalSecondaryIndexes: _indexes, ...WITHOUT_INDEXES } = {
    ...PROPERTIES,
    AttributeDefinitions: PROPERTIES.AttributeDefinitions.slice(0, 1),
  };

  test.each([
    ["with indexes", JOBS, ["ACTIVE"]],
    ["without", { name: "jobs", properties: WITHOUT_INDEXES }, undefined],
  ])(
    "%s, that a process has died over while it was created, is gone on with",
    { tags: ["long"] },
    async (...given) => {
      const [, definition, indexes] = given;
      await stop();
      const dying = dynalite({ path: join(directory, "tables"), createTableMs: 2 ** 31 - 1 });
      dying.listen(0, "127.0.0.1");
      await once(dying, "listening");
      const endpoint = `http://127.0.0.1:${portOf(dying.address())}`;
      const other = new DynamoDBClient({ endpoint, ...LOCAL_CLIENT });
      await other.send(new CreateTableCommand(createTableInput(definition)));
      other.destroy();
      await promisify(dying.close.bind(dying))();
      await start();

      await database.createTable(definition);
      await put("1");

      expect(await get("1")).toBeDefined();
      const { Table } = await client.send(new DescribeTableCommand({ TableName: "jobs" }));
      expect(Table).toMatchObject({
        TableStatus: "ACTIVE",
        BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      });
      expect(Table?.GlobalSecondaryIndexes?.map((index) => index.IndexStatus)).toEqual(indexes);
    },
  );

  test("that never becomes active is reported", { tags: ["long"] }, async () => {
    const stuck = new DynamoDBClient({ region: "us-east-1" });
    stuck.send = async () => ({ Table: { TableStatus: "CREATING" } });

    await expect(ensureTable(stuck, JOBS)).rejects.toThrow(/did not become active/);
  });
});

describe("a data directory", () => {
  test("belongs to one opener at a time", async () => {
    const second = startDynamoDb({ directory });

    await expect(second).rejects.toBeInstanceOf(DataDirectoryInUse);
    await database.createTable(JOBS);
  });

  test("belongs to one process at a time, and is free when that was killed", async () => {
    await stop();
    const module = import.meta.resolve("../../src/dynamodb/dynamodb.ts");
    const script =
      `const { startDynamoDb } = await import(${JSON.stringify(module)});` +
      `await startDynamoDb({ directory: ${JSON.stringify(directory)} }); console.log("open");`;
    const other = spawn(process.execPath, ["--input-type=module", "--eval", script]);
    await once(other.stdout, "data");

    await expect(startDynamoDb({ directory })).rejects.toMatchObject({
      name: "DataDirectoryInUse",
    });

    other.kill("SIGKILL");
    await once(other, "exit");
    await start();
  });

  test("that cannot be opened for another reason says so", async () => {
    const inTheWay = join(directory, "lock", "LOCK");

    await expect(startDynamoDb({ directory: inTheWay })).rejects.toMatchObject({
      code: "ENOTDIR",
    });
  });
});

describe("clients that leave", () => {
  const HEAD = [
    "POST / HTTP/1.1",
    "Host: localhost",
    "Content-Type: application/x-amz-json-1.0",
    "X-Amz-Target: DynamoDB_20120810.Query",
    "X-Amz-Date: 20260101T000000Z",
    "Authorization: AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
  ];
  const QUERY = JSON.stringify({
    TableName: "jobs",
    IndexName: "byStatus",
    KeyConditionExpression: "statusShard = :shard",
    ExpressionAttributeValues: { ":shard": { S: "archived#0" } },
  });

  /** Sends a request, or its beginning, and goes. */
  async function sendAndLeave(body: string, declaredBytes: number): Promise<void> {
    const socket = connect(Number(new URL(database.endpoint).port), "127.0.0.1");
    socket.on("error", () => {});
    const head = [...HEAD, `Content-Length: ${declaredBytes}`].join("\r\n");
    await new Promise<void>((sent) => socket.write(`${head}\r\n\r\n${body}`, () => sent()));
    // So that the server has begun to read, and has not come to an end.
    await new Promise(setImmediate);
    socket.destroy();
  }

  test("in the middle of an answer do not end the process, nor its closing", async () => {
    await database.createTable(JOBS);
    for (let i = 0; i < 20; i++) await put(`left-${i}`);

    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 20 }, () => sendAndLeave(QUERY, QUERY.length)));
      await stop();
      await start();
    }

    expect((await client.send(new ScanCommand({ TableName: "jobs" }))).Count).toBe(20);
  });

  test("in the middle of a body do not either", async () => {
    await database.createTable(JOBS);

    for (let i = 0; i < 5; i++) await sendAndLeave(QUERY.slice(0, 20), QUERY.length);
    await put("after-them");

    expect((await client.send(new ScanCommand({ TableName: "jobs" }))).Count).toBe(1);
  });
});
