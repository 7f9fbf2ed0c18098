import assert from "node:assert/strict";
import { DeleteTableCommand, DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { RUN_PREFIX } from "#domain/imports/import-source.ts";
import { FunctionFailed, invoke } from "./functions.ts";
import type { Scenario, Stage } from "./scenario.ts";

/** What protects the data, and that the emulator enforces what the other scenarios rely on. */
export const protectionScenarios: readonly Scenario[] = [
  { name: "the tables are protected from deletion", run: protectTables },
  { name: "a function may do no more than its role", run: enforceRoles },
];

async function protectTables({ aws, stack }: Stage): Promise<void> {
  for (const output of ["TableName", "SubmissionTableName", "LedgerTableName"]) {
    const TableName = stack.output(output);
    const { Table } = await aws.dynamoDb.send(new DescribeTableCommand({ TableName }));
    assert.equal(Table?.DeletionProtectionEnabled, true, output);
    await assert.rejects(aws.dynamoDb.send(new DeleteTableCommand({ TableName })));
  }
}

/** One function is given the role of another, which may not read what it reads. */
async function enforceRoles(stage: Stage): Promise<void> {
  const { aws, stack } = stage;
  const Bucket = stack.output("ImportBucketName");
  const Key = `${RUN_PREFIX}probe/manifest.json`;
  const Body = JSON.stringify({ ResultFiles: { SUCCEEDED: [] } });
  await aws.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const input = { importId: "probe", lines: 0, manifest: { Bucket, Key } };
  await invoke(stage, "SummarizeImport", input);

  const own = await configurationOf(stage, "SummarizeImport");
  const other = await configurationOf(stage, "RecordFailure");
  // With another size the emulator starts it anew, and so with the new role's keys.
  await configure(stage, "SummarizeImport", { Role: other.Role, MemorySize: 1025 });
  try {
    await assert.rejects(invoke(stage, "SummarizeImport", input), FunctionFailed);
  } finally {
    await configure(stage, "SummarizeImport", { Role: own.Role, MemorySize: own.MemorySize });
  }
  await invoke(stage, "SummarizeImport", input);
}

async function configurationOf({ aws, stack }: Stage, construct: string) {
  const FunctionName = stack.functionName(construct);
  return aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
}

async function configure(
  { aws, stack }: Stage,
  construct: string,
  change: { readonly Role: string | undefined; readonly MemorySize: number | undefined },
): Promise<void> {
  const FunctionName = stack.functionName(construct);
  await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...change }));
}
