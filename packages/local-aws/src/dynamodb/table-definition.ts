import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { explainedParse } from "../http/explained-parse.ts";

const keySchema = z.array(
  z.strictObject({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }),
);

const index = z.strictObject({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
    NonKeyAttributes: z.optional(z.array(z.string())),
  }),
});

const properties = z.strictObject({
  KeySchema: keySchema,
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) }),
  ),
  GlobalSecondaryIndexes: z.optional(z.array(index)),
  // Capacity is not modelled here, so provisioned capacity would be a false promise.
  BillingMode: z.literal("PAY_PER_REQUEST"),
  // The caller names the table, as CloudFormation does when the template leaves the name out.
  TableName: z.optional(z.unknown()),
  // Without effect on one machine: backups, encryption at rest, expiry (dynalite has none, so
  // finished records are kept), tags, deletion protection, and a global table's other regions.
  PointInTimeRecoverySpecification: z.optional(z.unknown()),
  SSESpecification: z.optional(z.unknown()),
  TimeToLiveSpecification: z.optional(z.unknown()),
  Tags: z.optional(z.unknown()),
  DeletionProtectionEnabled: z.optional(z.unknown()),
  Replicas: z.optional(z.unknown()),
});

export interface TableDefinition {
  name: string;
  /** `Properties` of an `AWS::DynamoDB::Table` or `AWS::DynamoDB::GlobalTable`, resolved. */
  properties: unknown;
}

/** The template's table has a property that the emulator neither honours nor may drop. */
export class UnsupportedTable extends Error {
  override readonly name = "UnsupportedTable";

  constructor(tableName: string, reason: string) {
    super(`The table ${tableName} cannot be made on this machine:\n${reason}`);
  }
}

/**
 * Translates a CloudFormation table into a CreateTable request.
 *
 * @throws UnsupportedTable
 */
export function createTableInput(definition: TableDefinition): CreateTableCommandInput {
  const parsed = explainedParse(properties, definition.properties);
  if ("problem" in parsed) {
    throw new UnsupportedTable(definition.name, parsed.problem);
  }
  const { KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes } = parsed.data;
  return {
    TableName: definition.name,
    KeySchema,
    AttributeDefinitions,
    BillingMode,
    ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
  };
}
