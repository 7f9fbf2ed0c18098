import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { deleteTable, finishRebuild, type MakeTable, rebuildTable } from "./rebuild-table.ts";
import { createTableInput, type TableDefinition } from "./table-definition.ts";

/** The table on disk has other keys than the template asks for. */
export class TableDefinitionChanged extends Error {
  override readonly name = "TableDefinitionChanged";

  constructor(tableName: string) {
    super(
      `The table ${tableName} was made with other keys. ` +
        "Take another data directory, or remove the old one.",
    );
  }
}

/** A table is still being created, or changed, by nobody. */
class TableNotActive extends Error {
  override readonly name = "TableNotActive";

  constructor(tableName: string) {
    super(
      `The table ${tableName} did not become active. Start again; if that does not help, take ` +
        "another data directory.",
    );
  }
}

/** How often a new table is described before it counts as stuck, and the milliseconds between. */
const ACTIVE_ATTEMPTS = 400;
const ACTIVE_INTERVAL_MS = 5;

/**
 * Creates a table unless it exists, and waits until it can be used. One that was made with other
 * indexes, by an older template, is made anew with the same items.
 *
 * @throws UnsupportedTable, TableDefinitionChanged
 */
export async function ensureTable(client: DynamoDBClient, definition: TableDefinition) {
  const input = createTableInput(definition);
  const make: MakeTable = (wanted) => createUnlessThere(client, wanted);
  let table = await createUnlessThere(client, input);
  if (isDeepStrictEqual(table.KeySchema, input.KeySchema) && !hasShapeOf(table, input)) {
    await rebuildTable(client, input, make);
    table = await untilActive(client, definition.name);
  }
  if (!hasShapeOf(table, input)) throw new TableDefinitionChanged(definition.name);
  await finishRebuild(client, definition.name);
}

async function createUnlessThere(
  client: DynamoDBClient,
  input: CreateTableCommandInput,
): Promise<TableDescription> {
  const name = String(input.TableName);
  if (!(await created(client, input)) && (await isBeingDeleted(client, name))) {
    // A process has died over it, in a rebuilding: the items are in the other table.
    await deleteTable(client, name);
    await created(client, input);
  }
  try {
    return await untilActive(client, name);
  } catch (error) {
    if (!(error instanceof TableNotActive)) throw error;
    await activate(client, input);
    return untilActive(client, name);
  }
}

/**
 * Goes on with a table that a process has died over while it created it: for dynalite it is being
 * created for ever, and cannot be deleted. A change of its billing makes it active, and keeps what it
 * holds, which is nothing.
 */
async function activate(client: DynamoDBClient, input: CreateTableCommandInput): Promise<void> {
  const { TableName } = input;
  const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  const indexes = (input.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => ({
    Update: { IndexName, ProvisionedThroughput },
  }));
  await client.send(
    new UpdateTableCommand({
      TableName,
      BillingMode: "PROVISIONED",
      ProvisionedThroughput,
      ...(indexes.length > 0 && { GlobalSecondaryIndexUpdates: indexes }),
    }),
  );
  await untilActive(client, String(TableName));
  await client.send(new UpdateTableCommand({ TableName, BillingMode: "PAY_PER_REQUEST" }));
}

/** Whether the table was created; false if there is one of its name. */
async function created(client: DynamoDBClient, input: CreateTableCommandInput): Promise<boolean> {
  try {
    await client.send(new CreateTableCommand(input));
    return true;
  } catch (error) {
    if (error instanceof ResourceInUseException) return false;
    throw error;
  }
}

async function isBeingDeleted(client: DynamoDBClient, name: string): Promise<boolean> {
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: name }));
  return table?.TableStatus === "DELETING";
}

function hasShapeOf(table: TableDescription, input: CreateTableCommandInput): boolean {
  return isDeepStrictEqual(shapeOf(table), shapeOf(input));
}

async function untilActive(client: DynamoDBClient, name: string): Promise<TableDescription> {
  for (let attempt = 1; attempt <= ACTIVE_ATTEMPTS; attempt += 1) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (table?.TableStatus === "ACTIVE") {
      return table;
    }
    await delay(ACTIVE_INTERVAL_MS);
  }
  throw new TableNotActive(name);
}

/** What must be the same for a table to fit its definition, independent of order. */
function shapeOf(table: TableDescription | CreateTableCommandInput) {
  const indexes: NonNullable<TableDescription["GlobalSecondaryIndexes"]> =
    table.GlobalSecondaryIndexes ?? [];
  return {
    keys: table.KeySchema,
    attributes: new Map(table.AttributeDefinitions?.map((a) => [a.AttributeName, a.AttributeType])),
    indexes: new Map(
      indexes.map((index) => [
        index.IndexName,
        {
          keys: index.KeySchema,
          projection: index.Projection?.ProjectionType,
          attributes: index.Projection?.NonKeyAttributes?.toSorted(),
        },
      ]),
    ),
  };
}
