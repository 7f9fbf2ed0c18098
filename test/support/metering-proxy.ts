import { request } from "node:http";
import { buffer, json } from "node:stream/consumers";
import { serveLocally } from "@akool-archiver/local-aws/http/local-server.ts";
import * as z from "zod/mini";

/** Units of one table, as DynamoDB charges them on demand. */
export interface Units {
  /** Of reads, an index's included; half a unit where a read is eventually consistent. */
  read: number;
  /** Of writes to the table itself. */
  write: number;
  /** Of what these writes do to the indexes. */
  indexWrite: number;
}

/** An emulator of DynamoDB, with a meter before it. */
export interface MeteringProxy {
  endpoint: string;
  /** Where requests go; they fail before it is set. */
  target: string;
  /** By the table's name. */
  units: Map<string, Units>;
  /** Operations in their order, with the table of each. */
  calls: string[];
  close(): Promise<void>;
}

const WRITES = ["UpdateItem", "DeleteItem"];
const READS = ["GetItem", "Query", "BatchGetItem"];

type Item = Readonly<Record<string, unknown>>;

const capacitySchema = z.object({ TableName: z.string(), CapacityUnits: z.number() });
const answerSchema = z.object({
  ConsumedCapacity: z.union([capacitySchema, z.array(capacitySchema)]),
});
const itemSchema = z.object({ Item: z.optional(z.record(z.string(), z.unknown())) });
const writeSchema = z.object({ TableName: z.string(), Key: z.record(z.string(), z.unknown()) });
const tableSchema = z.object({
  Table: z.object({
    GlobalSecondaryIndexes: z._default(
      z.array(
        z.object({
          KeySchema: z.array(z.object({ AttributeName: z.string() })),
          Projection: z.object({ ProjectionType: z.literal("KEYS_ONLY") }),
        }),
      ),
      [],
    ),
  }),
});

/**
 * Counts what requests consume. The emulator tells the units of tables and reads. It charges nothing
 * for writes of indexes, so that these are counted here, by the rule that AWS documents for an index
 * of keys alone: one unit to enter or to leave it, two to change a key, none otherwise.
 */
export async function meteringProxy(): Promise<MeteringProxy> {
  const meter: MeteringProxy = {
    ...{ endpoint: "", target: "", units: new Map(), calls: [] },
    close: () => server.close(),
  };
  const server = await serveLocally(async (incoming, outgoing) => {
    const operation = String(incoming.headers["x-amz-target"]).replace(/^.*\./, "");
    const isWrite = WRITES.includes(operation);
    if (!isWrite && !READS.includes(operation)) {
      throw new Error(`${operation} is not metered`);
    }
    const body = z.record(z.string(), z.unknown()).parse(await json(incoming));
    const before = isWrite ? await itemOf(meter, body) : {};
    const answer = await ask(meter, operation, { ...body, ReturnConsumedCapacity: "TOTAL" });
    if (answer.status === 200) {
      count(meter, operation, body, JSON.parse(answer.text));
      if (isWrite) await countIndexes(meter, body, before);
    } else {
      // What it costs depends on the item that is there; a test says that there is none of these.
      meter.calls.push(`${operation} refused`);
    }
    outgoing.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
    outgoing.end(answer.text);
  });
  meter.endpoint = server.endpoint;
  return meter;
}

function unitsOf({ units }: MeteringProxy, table: string): Units {
  const known = units.get(table) ?? { read: 0, write: 0, indexWrite: 0 };
  units.set(table, known);
  return known;
}

function count(meter: MeteringProxy, operation: string, body: Item, answer: unknown): void {
  for (const { TableName, CapacityUnits } of [answerSchema.parse(answer).ConsumedCapacity].flat()) {
    meter.calls.push(`${operation} ${TableName}`);
    const isRead = READS.includes(operation);
    const isHalf = isRead && body.ConsistentRead !== true;
    // Also what finds nothing is charged, which the emulator forgets.
    const units = Math.max(CapacityUnits, isHalf ? 0.5 : 1);
    unitsOf(meter, TableName)[isRead ? "read" : "write"] += units;
  }
}

async function countIndexes(meter: MeteringProxy, body: Item, before: Item): Promise<void> {
  const { TableName } = writeSchema.parse(body);
  const after = await itemOf(meter, body);
  const described = await ask(meter, "DescribeTable", { TableName });
  const { Table } = tableSchema.parse(JSON.parse(described.text));
  for (const { KeySchema } of Table.GlobalSecondaryIndexes) {
    const names = KeySchema.map(({ AttributeName }) => AttributeName);
    unitsOf(meter, TableName).indexWrite += indexUnits(keyIn(before, names), keyIn(after, names));
  }
}

function indexUnits(before: string | undefined, after: string | undefined): number {
  if (before === after) return 0;
  return before === undefined || after === undefined ? 1 : 2;
}

/** @returns undefined if the item is not in the index */
function keyIn(item: Item, names: readonly string[]): string | undefined {
  const values = names.map((name) => item[name]);
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}

async function itemOf(meter: MeteringProxy, body: Item): Promise<Item> {
  const { TableName, Key } = writeSchema.parse(body);
  const { text } = await ask(meter, "GetItem", { TableName, Key, ConsistentRead: true });
  return itemSchema.parse(JSON.parse(text)).Item ?? {};
}

/** Past the meter. */
async function ask({ target }: MeteringProxy, operation: string, body: object) {
  const text = JSON.stringify(body);
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = request(target, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        authorization:
          "AWS4-HMAC-SHA256 Credential=t/20260105/us-east-1/dynamodb/aws4_request, " +
          "SignedHeaders=host, Signature=t",
        "x-amz-date": "20260105T120000Z",
      },
    });
    outgoing.once("error", reject).once("response", async (answer) => {
      const status = answer.statusCode ?? 500;
      resolve({ status, text: (await buffer(answer)).toString() });
    });
    outgoing.end(text);
  });
}
