import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { paginateQuery, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { type LedgerEntry, ledgerEntrySchema } from "#domain/ledger/entry.ts";
import {
  type Grouping,
  type GroupSums,
  type StatusCounts,
  statusCountsSchema,
  together,
} from "#domain/ledger/hour-sums.ts";
import { fromStored, type Sums, storedSumsSchema } from "#domain/ledger/sums.ts";
import { PARTITIONS } from "./ledger-keys.ts";
import { documentClient } from "./versioned-write.ts";

const changedSchema = z.object({
  sk: z.string(),
  token: z.string(),
  since: z.iso.datetime(),
});

/** An hour whose entries have changed since they were added up. */
export interface ChangedHour {
  hour: string;
  /** Another one with each change. */
  token: string;
  /** When the first of these changes was. */
  since: string;
}

/** The groups of some hours. */
export interface StoredGroups {
  hours: Map<string, GroupSums[]>;
  /** Requests that it took: one brings 1 MB. */
  reads: number;
}

/** Reads what the ledger's entries add up to. */
export interface LedgerSums {
  /** Hours that are to be added up anew, the earliest first; one read. */
  changedHours(limit: number): Promise<ChangedHour[]>;
  /**
   * The entries of an hour, if one read brings them all.
   *
   * @returns undefined if there are more
   */
  fewEntriesOf(hour: string): Promise<LedgerEntry[] | undefined>;
  /** The sums of a month's hours. Bounds are days, both included. */
  totals(month: string, from: string, to: string): Promise<Map<string, Sums>>;
  /** The same by group. */
  groups(grouping: Grouping, month: string, from: string, to: string): Promise<StoredGroups>;
  /** Jobs by their status, of all months together. */
  statuses(): Promise<StatusCounts>;
}

export const totalItemSchema = z.object({
  sk: z.string(),
  sums: z.optional(storedSumsSchema),
  statuses: z._default(statusCountsSchema, {}),
});

const groupItemSchema = z.object({
  sk: z.string(),
  groups: z.array(z.extend(storedSumsSchema, { group: z.string() })),
});

const monthItemSchema = z.object({ statuses: z._default(statusCountsSchema, {}) });

/** Sorts after every hour of a day. */
const END_OF_DAY = "U";

/** The sums of the ledger on DynamoDB. */
export function createLedgerSums(client: DynamoDBClient, tableName: string): LedgerSums {
  const documents = documentClient(client);

  async function all<Item>(schema: z.ZodMiniType<Item>, pk: string, range?: [string, string]) {
    const pages = paginateQuery(
      { client: documents },
      {
        TableName: tableName,
        KeyConditionExpression: range ? "pk = :pk AND sk BETWEEN :from AND :to" : "pk = :pk",
        ExpressionAttributeValues: {
          ":pk": pk,
          ...(range && { ":from": range[0], ":to": `${range[1]}${END_OF_DAY}` }),
        },
      },
    );
    const items: Item[] = [];
    let reads = 0;
    for await (const { Items } of pages) {
      items.push(...z.array(schema).parse(Items ?? []));
      reads += 1;
    }
    return { items, reads };
  }

  return {
    async changedHours(limit) {
      const query = new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": PARTITIONS.changed },
        ConsistentRead: true,
        Limit: limit,
      });
      const { Items } = await documents.send(query);
      const changed = z.array(changedSchema).parse(Items ?? []);
      return changed.map(({ sk: hour, token, since }) => ({ hour, token, since }));
    },
    async fewEntriesOf(hour) {
      const query = new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": PARTITIONS.hour(hour) },
        ConsistentRead: true,
      });
      const { Items, LastEvaluatedKey } = await documents.send(query);
      if (LastEvaluatedKey !== undefined) return undefined;
      return z.array(ledgerEntrySchema).parse(Items ?? []);
    },
    async totals(month, from, to) {
      const { items } = await all(totalItemSchema, PARTITIONS.sums("total", month), [from, to]);
      return new Map(items.map(({ sk, sums }) => [sk, fromStored(sums ?? { amounts: [] })]));
    },
    async groups(grouping, month, from, to) {
      const { items, reads } = await all(groupItemSchema, PARTITIONS.sums(grouping, month), [
        from,
        to,
      ]);
      const hours = items.map(({ sk, groups }) => {
        const rows = groups.map(({ group, ...stored }) => ({ group, sums: fromStored(stored) }));
        return [sk, rows] as const;
      });
      return { hours: new Map(hours), reads };
    },
    async statuses() {
      const { items } = await all(monthItemSchema, PARTITIONS.months);
      return items.reduce<StatusCounts>((sum, { statuses }) => together(sum, statuses), {});
    },
  };
}
