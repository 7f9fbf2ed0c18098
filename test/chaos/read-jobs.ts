import { createJobStore } from "#aws/job-store.ts";
import type { Job } from "#domain/job/job.ts";
import type { Ledger } from "./ledger.ts";
import type { World } from "./world.ts";

/** The records of all jobs that were accepted or written, by id. */
export async function readJobs({ clients, assembly }: World, ledger: Ledger) {
  const store = createJobStore({
    client: clients.dynamoDb,
    tableName: assembly.table.name,
    retentionDays: 0,
  });
  const written = ledger.writes.map(({ videoModelId }) => videoModelId);
  const jobs = new Map<string, Job>();
  for (const id of new Set([...ledger.accepted, ...written])) {
    const job = await store.get(id);
    if (job !== undefined) jobs.set(id, job);
  }
  return jobs;
}
