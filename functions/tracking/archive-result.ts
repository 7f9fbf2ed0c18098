import { type Announcements, announcements } from "#aws/announcements.ts";
import { type Job, lastChange } from "#domain/job.ts";
import type { JobStatus } from "#domain/job-status.ts";

/** What the archiving states hand to the state that publishes. */
export interface ArchiveResult {
  status: JobStatus;
  announced: number;
  /** Never empty: the last change is repeated, under its own event id, when nothing new is due. */
  entries: Announcements["entries"];
}

export function archiveResult(job: Job, announced: number, eventBusName: string): ArchiveResult {
  const published = Math.min(Math.max(announced, job.announced), lastChange(job).seq - 1);
  const due = announcements(job, published, eventBusName);
  return { status: job.status, announced: due.announced, entries: due.entries };
}
