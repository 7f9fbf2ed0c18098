import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";

/** Another writer was first; read again and decide anew. */
export class VersionConflict extends Error {
  override readonly name = "VersionConflict";
}

/** Writers of one record are few, and each try reads anew; more conflicts are a fault of ours. */
const MAX_TRIES = 10;

/**
 * Repeats an attempt that reads a record, decides, and writes on condition, for as long as another
 * writer is faster. The attempt must read anew each time.
 *
 * @param maxTries default 10
 * @throws VersionConflict when others win that many times in a row
 */
export async function retryOnConflict<Result>(
  attempt: () => Promise<Result>,
  maxTries = MAX_TRIES,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof VersionConflict) || tries === maxTries) throw error;
    }
  }
}

/** A client for items that hold tags. */
export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, {
    // A tag may be called "constructor": its map would be taken for an instance of a class.
    marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
  });
}

/** What must be true of an item for a write to happen. */
export interface Condition {
  expression: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
}

/**
 * The item still has these attributes, and lacks those that are undefined. With the key undefined: there
 * is no item.
 */
export function stillHas(read: Record<string, unknown>): Condition {
  const names = Object.keys(read);
  const present = names.filter((name) => read[name] !== undefined);
  return {
    expression: names
      .map((name) =>
        read[name] === undefined ? `attribute_not_exists(#${name})` : `#${name} = :read_${name}`,
      )
      .join(" AND "),
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(present.map((name) => [`:read_${name}`, read[name]])),
  };
}

interface ConditionalUpdate {
  tableName: string;
  key: Record<string, string>;
  /** Those that are undefined are removed; attributes not named stay as they are. */
  attributes: Record<string, unknown>;
  condition: Condition;
}

/** One update that writes attributes of an item on condition. */
export function conditionalUpdate(write: ConditionalUpdate): UpdateCommand {
  const { tableName, key, attributes, condition } = write;
  const names = Object.keys(attributes);
  const set = names.filter((name) => attributes[name] !== undefined);
  const remove = names.filter((name) => attributes[name] === undefined);
  const clauses = [`SET ${set.map((name) => `#${name} = :${name}`).join(", ")}`];
  if (remove.length > 0) clauses.push(`REMOVE ${remove.map((name) => `#${name}`).join(", ")}`);
  return new UpdateCommand({
    TableName: tableName,
    Key: key,
    UpdateExpression: clauses.join(" "),
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: {
      ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ...condition.names,
    },
    ExpressionAttributeValues: {
      ...Object.fromEntries(set.map((name) => [`:${name}`, attributes[name]])),
      ...condition.values,
    },
  });
}

/** @returns the answer to a conditional write; undefined if its condition did not hold */
export async function unlessRefused<Answer>(request: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/**
 * Makes a conditional write. The SDK repeats a request whose answer was lost, and the repetition meets
 * what the request itself has written.
 *
 * @param isMade whether an earlier request of this write has made it; asked after a repetition only
 * @throws VersionConflict if the condition did not hold
 */
export async function orConflict(
  request: Promise<unknown>,
  message: string,
  isMade: () => Promise<boolean> = async () => false,
): Promise<void> {
  try {
    await request;
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
    const wasRepeated = (cause.$metadata.attempts ?? 1) > 1;
    if (wasRepeated && (await isMade())) return;
    throw new VersionConflict(message, { cause });
  }
}
