import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, paginateQuery, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { monthOf } from "#domain/ledger/days.ts";
import { type LedgerEntry, ledgerEntrySchema } from "#domain/ledger/entry.ts";
import { type HourSums, type StatusCounts, together } from "#domain/ledger/hour-sums.ts";
import { toStored } from "#domain/ledger/sums.ts";
import { PARTITIONS } from "./ledger-keys.ts";
import { type ChangedHour, totalItemSchema } from "./ledger-sums.ts";
import { documentClient, unlessRefused } from "./versioned-write.ts";

/**
 * Adds the ledger's entries up. Sums are made from all entries of an hour, and never by adding what
 * has changed: repeating that is harmless. Each counting takes a ticket before it reads, and what an
 * earlier ticket has seen does not replace what a later one has.
 */
export interface LedgerCounting {
  /** Takes the next ticket for an hour (`2026-11-27T13`). */
  hourTicket(hour: string): Promise<number>;
  /** The same for a month (`2026-11`). */
  monthTicket(month: string): Promise<number>;
  /** The entries of an hour, as they are now or later. */
  entriesOf(hour: string): AsyncIterable<LedgerEntry>;
  putHour(hour: string, sums: HourSums, ticket: number): Promise<void>;
  /** Jobs by their status in all hours of the month that were put. */
  statusesOf(month: string): Promise<StatusCounts>;
  putMonth(month: string, statuses: StatusCounts, ticket: number): Promise<void>;
  /**
   * The hour's sums are made; it stays marked if it has changed since the mark was read.
   *
   * @param countedAt ISO 8601; what was entered before it is in the sums
   */
  unmark(changed: ChangedHour, countedAt: string): Promise<void>;
  /** Every hour of a month that was ever added up. */
  hoursOf(month: string): Promise<string[]>;
  /** Every month that was ever added up. */
  months(): Promise<string[]>;
}

const ticketSchema = z.object({ ticket: z.int() });
const keySchema = z.object({ sk: z.string() });

/** The counting of the ledger on DynamoDB. */
export function createLedgerCounting(client: DynamoDBClient, tableName: string): LedgerCounting {
  const documents = documentClient(client);

  async function takeTicket(pk: string, sk: string): Promise<number> {
    const update = new UpdateCommand({
      TableName: tableName,
      Key: { pk, sk },
      UpdateExpression: "ADD ticket :one",
      ExpressionAttributeValues: { ":one": 1 },
      ReturnValues: "ALL_NEW",
    });
    return ticketSchema.parse((await documents.send(update)).Attributes).ticket;
  }

  async function put(
    pk: string,
    sk: string,
    attributes: Record<string, unknown>,
    ticket: number,
  ): Promise<void> {
    const names = Object.keys(attributes);
    const update = new UpdateCommand({
      TableName: tableName,
      Key: { pk, sk },
      UpdateExpression: `SET counted = :ticket, ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
      ConditionExpression: "attribute_not_exists(counted) OR counted < :ticket",
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ":ticket": ticket,
        ...Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
      },
    });
    // Refused: a later ticket has seen what this one has, and more.
    await unlessRefused(documents.send(update));
  }

  async function* itemsOf(pk: string) {
    const pages = paginateQuery(
      { client: documents },
      {
        TableName: tableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pk },
        ConsistentRead: true,
      },
    );
    for await (const { Items } of pages) yield* Items ?? [];
  }

  async function sortKeysOf(pk: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const item of itemsOf(pk)) keys.push(keySchema.parse(item).sk);
    return keys;
  }

  return {
    hourTicket: (hour) => takeTicket(PARTITIONS.sums("total", monthOf(hour)), hour),
    monthTicket: (month) => takeTicket(PARTITIONS.months, month),
    async *entriesOf(hour) {
      for await (const item of itemsOf(PARTITIONS.hour(hour))) yield ledgerEntrySchema.parse(item);
    },
    async putHour(hour, { total, statuses, groups }, ticket) {
      const month = monthOf(hour);
      for (const [grouping, sums] of groups) {
        const stored = sums.map((group) => ({ group: group.group, ...toStored(group.sums) }));
        await put(PARTITIONS.sums(grouping, month), hour, { groups: stored }, ticket);
      }
      const stored = { sums: toStored(total), statuses };
      await put(PARTITIONS.sums("total", month), hour, stored, ticket);
    },
    async statusesOf(month) {
      let statuses: StatusCounts = {};
      for await (const item of itemsOf(PARTITIONS.sums("total", month))) {
        statuses = together(statuses, totalItemSchema.parse(item).statuses);
      }
      return statuses;
    },
    putMonth: (month, statuses, ticket) => put(PARTITIONS.months, month, { statuses }, ticket),
    async unmark({ hour, token }, countedAt) {
      const mark = { TableName: tableName, Key: { pk: PARTITIONS.changed, sk: hour } };
      const remove = new DeleteCommand({
        ...mark,
        ConditionExpression: "#token = :token",
        ExpressionAttributeNames: { "#token": "token" },
        ExpressionAttributeValues: { ":token": token },
      });
      if ((await unlessRefused(documents.send(remove))) !== undefined) return;
      // It has changed meanwhile: its sums lack what came since they were made, and nothing older.
      const renew = new UpdateCommand({
        ...mark,
        UpdateExpression: "SET since = :at",
        ConditionExpression: "since < :at",
        ExpressionAttributeValues: { ":at": countedAt },
      });
      await unlessRefused(documents.send(renew));
    },
    hoursOf: (month) => sortKeysOf(PARTITIONS.sums("total", month)),
    months: () => sortKeysOf(PARTITIONS.months),
  };
}
