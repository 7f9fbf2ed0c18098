import { randomUUID } from "node:crypto";
import { LEDGER_TABLE, SUBMISSION_TABLE, TABLE } from "@akool-archiver/test-support/dynamodb.ts";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createJobCounts } from "#aws/job-counts.ts";
import { createLedgerCounting } from "#aws/ledger-counting.ts";
import { createLedgerEntries } from "#aws/ledger-entries.ts";
import { createLedgerNotes } from "#aws/ledger-notes.ts";
import { createLedgerSums } from "#aws/ledger-sums.ts";
import { createSubmissionList } from "#aws/submission-list.ts";
import { createLedgerWriter } from "#use-cases/tracking/enter-in-ledger.ts";

/** Everything of the ledger over a real store, grouped by the tag `team`. */
export function testLedger(client: DynamoDBClient, now: () => number) {
  const ledgerTags = ["team"];
  const entries = createLedgerEntries({
    client,
    tableName: LEDGER_TABLE,
    now,
    newToken: randomUUID,
  });
  const notes = createLedgerNotes(client, LEDGER_TABLE);
  return {
    entries,
    notes,
    ledgerTags,
    now,
    enterInLedger: createLedgerWriter({ entries, notes, ledgerTags }),
    counting: createLedgerCounting(client, LEDGER_TABLE),
    sums: createLedgerSums(client, LEDGER_TABLE),
    countJobs: createJobCounts(client, TABLE),
    submissionList: createSubmissionList(client, SUBMISSION_TABLE),
  };
}

export type TestLedger = ReturnType<typeof testLedger>;
