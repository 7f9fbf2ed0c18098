/**
 * `npm run ledger -- rebuild`: makes the ledger of a stack, deployed or on this machine, equal to its
 * records. See docs/operations.md.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDynamoDb } from "@akool-archiver/local-aws/dynamodb/dynamodb.ts";
import { LOCAL_CLIENT } from "@akool-archiver/local-aws/http/local-client.ts";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { allJobs } from "#aws/all-jobs.ts";
import { createLedgerCounting } from "#aws/ledger-counting.ts";
import { createLedgerEntries } from "#aws/ledger-entries.ts";
import { createLedgerNotes } from "#aws/ledger-notes.ts";
import { createLedgerSums } from "#aws/ledger-sums.ts";
import { rebuildLedger } from "#use-cases/ledger/rebuild-ledger.ts";
import { createLedgerWriter } from "#use-cases/tracking/enter-in-ledger.ts";

const HELP = `Makes the ledger equal to the records; see docs/operations.md.

Usage: npm run ledger -- rebuild [--stack NAME]        (default AkoolVideoArchiver)
       npm run ledger -- rebuild --data DIRECTORY      of an archiver on this machine that does not run
       … [--tags NAMES]                                as the setting ledgerTags; default: what is set

Exit codes: 0 done, 1 not, 2 wrong usage.`;

interface Tables {
  client: DynamoDBClient;
  jobs: string;
  ledger: string;
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: "boolean", default: false },
      stack: { type: "string", default: "AkoolVideoArchiver" },
      data: { type: "string" },
      tags: { type: "string" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (positionals.length !== 1 || positionals[0] !== "rebuild") throw new TypeError(HELP);
  await using opened = new AsyncDisposableStack();
  const tables =
    values.data === undefined
      ? await deployedTables(values.stack)
      : await localTables(values.data, opened);
  const read = await rebuild(tables, values.tags?.split(","));
  console.log(`The ledger is equal to the records of ${read} jobs.`);
  return 0;
}

async function rebuild(
  { client, jobs, ledger: tableName }: Tables,
  given: readonly string[] | undefined,
): Promise<number> {
  const notes = createLedgerNotes(client, tableName);
  // The sweeper says what it groups by; without a run of it, nothing is grouped.
  const ledgerTags = given ?? (await notes.counts())?.ledgerTags ?? [];
  const entries = createLedgerEntries({ client, tableName, now: Date.now, newToken: randomUUID });
  return rebuildLedger({
    jobs: allJobs(client, jobs),
    entries,
    enterInLedger: createLedgerWriter({ entries, notes, ledgerTags }),
    counting: createLedgerCounting(client, tableName),
    sums: createLedgerSums(client, tableName),
    ledgerTags,
    now: Date.now,
  });
}

async function deployedTables(stackName: string): Promise<Tables> {
  const describe = new DescribeStacksCommand({ StackName: stackName });
  const [stack] = (await new CloudFormationClient().send(describe)).Stacks ?? [];
  const output = (name: string) => {
    const value = stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
    if (value === undefined) throw new Error(`${stackName} has no output ${name}`);
    return value;
  };
  const client = new DynamoDBClient();
  return { client, jobs: output("TableName"), ledger: output("LedgerTableName") };
}

/** @throws DataDirectoryInUse while an archiver runs on the directory */
async function localTables(data: string, opened: AsyncDisposableStack): Promise<Tables> {
  const dynamoDb = await startDynamoDb({ directory: join(data, "dynamodb") });
  opened.defer(() => dynamoDb.close());
  const client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, ...LOCAL_CLIENT });
  opened.defer(() => client.destroy());
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const table = (prefix: string) => {
    // On one machine a table has its logical id for a name.
    const name = TableNames.find((it) => it.startsWith(prefix));
    if (name === undefined) throw new Error(`${data} holds no archiver's tables`);
    return name;
  };
  return { client, jobs: table("JobsTable"), ledger: table("LedgerTable") };
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return error instanceof TypeError ? 2 : 1;
});
