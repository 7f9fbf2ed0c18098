import { isDeepStrictEqual } from "node:util";
import { createLedgerCounting } from "#aws/ledger-counting.ts";
import { createLedgerEntries } from "#aws/ledger-entries.ts";
import { createLedgerSums } from "#aws/ledger-sums.ts";
import type { Job } from "#domain/job/job.ts";
import { monthOf } from "#domain/ledger/days.ts";
import { factsOf, hourOf, settledFacts } from "#domain/ledger/entry.ts";
import { HourCounter } from "#domain/ledger/hour-sums.ts";
import { countChanges } from "#use-cases/ledger/count-changes.ts";
import type { World } from "./world.ts";

/**
 * Compares what was paid, as the archiver's own ledger has it, with a recount of the records: each
 * entry with its job's record, and the sums of each hour with its entries. (`ledger.ts` beside this
 * file is something else: what a history was seen to do.)
 *
 * @returns every difference
 */
export async function creditLedgerFlaws(
  { clients, assembly }: World,
  jobs: ReadonlyMap<string, Job>,
): Promise<string[]> {
  const client = clients.dynamoDb;
  const tableName = assembly.tables.find(({ name }) => name.startsWith("LedgerTable"))?.name;
  if (tableName === undefined) throw new Error("the stack has no ledger");
  const now = Date.now;
  const entries = createLedgerEntries({ client, tableName, now, newToken: () => "recount" });
  const counting = createLedgerCounting(client, tableName);
  const sums = createLedgerSums(client, tableName);
  // The sweeper's last run may have been before the last change.
  await countChanges({ counting, sums, ledgerTags: [], now }, Number.POSITIVE_INFINITY);

  const flaws: string[] = [];
  const hours = new Set<string>();
  for (const job of jobs.values()) {
    const facts = factsOf(job, []);
    if (facts === undefined) continue;
    const hour = await entries.fixHour(job.videoModelId, hourOf(job));
    const entry = await entries.get(hour, job.videoModelId);
    hours.add(hour);
    if (!isDeepStrictEqual(entry?.facts, facts)) {
      flaws.push(`${job.videoModelId}: entered ${show(entry?.facts)}, recorded ${show(facts)}`);
    }
  }
  for (const hour of hours) {
    const counter = new HourCounter([]);
    for await (const entry of counting.entriesOf(hour)) counter.add(settledFacts(entry));
    const { total } = counter.result();
    const day = hour.slice(0, 10);
    const stored = (await sums.totals(monthOf(hour), day, day)).get(hour);
    if (!isDeepStrictEqual(stored, total)) {
      flaws.push(`${hour}: added up ${show(stored)}, entered ${show(total)}`);
    }
  }
  return flaws;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
