import {
  type AttributeValue,
  BatchWriteItemCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  type DynamoDBClient,
  paginateScan,
  ResourceNotFoundException,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";

/** BatchWriteItem takes so many. */
const BATCH = 25;
/** dynalite needs some milliseconds. */
const GONE_WAIT_SECONDS = 30;

/** Creates a table unless it exists, and waits until it can be used. */
export type MakeTable = (input: CreateTableCommandInput) => Promise<unknown>;

/** Where a table's items are while it is made anew. */
export function shelterOf(tableName: string): string {
  return `${tableName}.rebuilding`;
}

/**
 * Makes a table anew with other indexes and the same items, as CloudFormation would add an index to a
 * table in use; dynalite cannot. The items are in one whole table at every moment: a process that dies
 * in between finds them with {@link finishRebuild}, or begins again.
 *
 * @param input of the table as it shall be; its keys are those of the existing one
 */
export async function rebuildTable(
  client: DynamoDBClient,
  input: CreateTableCommandInput,
  make: MakeTable,
): Promise<void> {
  const name = String(input.TableName);
  // Of a process that has died before all items were there.
  await deleteTable(client, shelterOf(name));
  await make({ ...input, TableName: shelterOf(name) });
  await copyItems(client, name, shelterOf(name));
  await deleteTable(client, name);
  await make(input);
  await finishRebuild(client, name);
}

/** Brings the items back from where a rebuilding has left them, if it has. */
export async function finishRebuild(client: DynamoDBClient, tableName: string): Promise<void> {
  try {
    await copyItems(client, shelterOf(tableName), tableName);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return;
    throw error;
  }
  await deleteTable(client, shelterOf(tableName));
}

async function copyItems(client: DynamoDBClient, from: string, to: string): Promise<void> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName: from })) {
    for (let at = 0; at < Items.length; at += BATCH) {
      await putItems(client, to, Items.slice(at, at + BATCH));
    }
  }
}

async function putItems(
  client: DynamoDBClient,
  tableName: string,
  items: readonly Record<string, AttributeValue>[],
): Promise<void> {
  let requests = items.map((Item) => ({ PutRequest: { Item } }));
  while (requests.length > 0) {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
    );
    requests = (UnprocessedItems?.[tableName] ?? []).flatMap(({ PutRequest }) =>
      PutRequest?.Item === undefined ? [] : [{ PutRequest: { Item: PutRequest.Item } }],
    );
  }
}

/**
 * Deletes a table unless there is none, and waits until it is gone: until then none of its name can be
 * created. One whose deletion died with its process is deleted again.
 */
export async function deleteTable(client: DynamoDBClient, tableName: string): Promise<void> {
  try {
    await client.send(new DeleteTableCommand({ TableName: tableName }));
    await waitUntilTableNotExists(
      { client, maxWaitTime: GONE_WAIT_SECONDS, minDelay: 0.01, maxDelay: 0.1 },
      { TableName: tableName },
    );
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
