import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import {
  type AkoolSimulator,
  defaultApiKey,
  startAkoolSimulator,
} from "@akool-archiver/akool-simulator/simulator.ts";
import { startDynamoDb } from "@akool-archiver/local-aws/dynamodb/dynamodb.ts";
import { LOCAL_CLIENT } from "@akool-archiver/local-aws/http/local-client.ts";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Json, type Served, serveWith } from "./served.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/ledger.ts", import.meta.url));
const SOON = { timeout: 100_000, interval: 200 };
const DAY = 86_400_000;
const SETTINGS = { LEDGER_TAGS: "team" };

let akool: AkoolSimulator;
let served: Served;

beforeAll(async () => {
  akool = await startAkoolSimulator();
  served = await serveWith(akool, defaultApiKey, SETTINGS);
});
afterAll(async () => {
  await served.close();
  await akool.close();
});

async function follow(team: string, createdAt: number, end: "complete" | "fail") {
  const createdAgoMs = Date.now() - createdAt;
  const id = akool.addJob({
    ...{ queueMs: createdAgoMs, processMs: 0, createdAgoMs },
    end: end === "fail" ? { kind: "fail" } : { kind: "complete", file: { kind: "sample" } },
  });
  await served.call("submitJob", { body: { videoModelId: id, tags: { team } } });
  const status = end === "fail" ? "failed" : "archived";
  const parameters = { videoModelId: id };
  await vi.waitUntil(
    async () => (await served.call("getJob", { parameters })).body?.status === status,
    SOON,
  );
  return id;
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, "2026-11-27".length);

/** The ledger by day and by team, as the API has it. */
async function ledger(): Promise<Json> {
  const range = { from: dayOf(Date.now() - 5 * DAY), to: dayOf(Date.now() + DAY) };
  const answers = await Promise.all(
    ["day", "tag:team"].map((groupBy) =>
      served.call("getLedger", { query: { ...range, groupBy } }),
    ),
  );
  for (const { status } of answers) expect(status).toBe(200);
  return answers.map(({ body }) => body);
}

/**
 * The ledger, once it has so many jobs: a job is entered after its record has changed, so the API may
 * know its end before the ledger does.
 */
function ledgerOf(jobs: number): Promise<Json> {
  return vi.waitFor(async () => {
    const found = await ledger();
    expect(found[0].total.jobs).toBe(jobs);
    return found;
  }, SOON);
}

async function run(...args: readonly string[]) {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, "close");
  return { code, said: (await said).join("") };
}

/** What somebody does to the tables while no archiver runs on them. */
async function meddle(
  work: (
    documents: DynamoDBDocumentClient,
    tables: { jobs: string; ledger: string },
  ) => Promise<void>,
): Promise<void> {
  const dynamoDb = await startDynamoDb({ directory: join(served.data, "dynamodb") });
  const client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, ...LOCAL_CLIENT });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const table = (prefix: string) => TableNames.find((it) => it.startsWith(prefix)) ?? prefix;
  await work(DynamoDBDocumentClient.from(client), {
    jobs: table("JobsTable"),
    ledger: table("LedgerTable"),
  });
  client.destroy();
  await dynamoDb.close();
}

async function wipe(documents: DynamoDBDocumentClient, TableName: string): Promise<void> {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName }));
  for (const { pk, sk } of Items) {
    await documents.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
  }
}

describe("npm run ledger -- rebuild", () => {
  it.each([[[]], [["recount"]], [["rebuild", "now"]]])("explains its usage to %j", async (args) => {
    expect(await run(...args)).toMatchObject({
      code: 2,
      said: expect.stringContaining("Usage: npm run ledger -- rebuild"),
    });
  });

  it("makes a wiped ledger equal to the records, and keeps the days of records that are gone", async () => {
    const now = Date.now();
    await follow("film", now, "complete");
    await follow("ads", now, "fail");
    const old = await follow("film", now - 3 * DAY, "complete");
    const before = await ledgerOf(3);
    expect(before[0].rows).toHaveLength(2);

    expect(await run("rebuild", "--data", served.data)).toMatchObject({
      code: 1,
      said: expect.stringContaining("in use"),
    });
    expect(await served.stop()).toBe(0);
    await meddle((documents, tables) => wipe(documents, tables.ledger));
    expect(await run("rebuild", "--data", served.data, "--tags", "team")).toEqual({
      code: 0,
      said: "The ledger is equal to the records of 3 jobs.\n",
    });
    await meddle(async (documents, { jobs: TableName }) => {
      await documents.send(new DeleteCommand({ TableName, Key: { videoModelId: old } }));
    });
    expect(await run("rebuild", "--data", served.data, "--tags", "team")).toEqual({
      code: 0,
      said: "The ledger is equal to the records of 2 jobs.\n",
    });

    served = await serveWith(akool, defaultApiKey, SETTINGS, served.data);
    expect(await ledger()).toEqual(before);
  });
});
