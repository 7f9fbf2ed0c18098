import type { JobList } from "#aws/job-list.ts";
import { indexKeys } from "#aws/job-store.ts";
import type { Job } from "#domain/job.ts";
import type { JobStatus } from "#domain/job-status.ts";

/** Pages that are looked through for jobs with a tag before an incomplete page is answered. */
const MAX_PAGES_FOR_TAG = 10;
const PAGE_FOR_TAG = 100;

export interface ListRequest {
  status?: JobStatus | undefined;
  tag?: { name: string; value: string } | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  after?: string | undefined;
}

export interface Listed {
  jobs: Job[];
  /** `listKey` to go on behind; undefined at the end. */
  next: string | undefined;
}

/**
 * One page of jobs, newest first. Tags have no index: jobs are looked through, and a page can come
 * back short, or empty, with a cursor to go on.
 */
export async function listJobs(list: JobList, request: ListRequest): Promise<Listed> {
  const { tag, limit, ...range } = request;
  if (tag === undefined) return list.page({ ...range, limit });
  const found: Job[] = [];
  let after = range.after;
  for (let pages = 0; pages < MAX_PAGES_FOR_TAG; pages++) {
    const page = await list.page({ ...range, limit: PAGE_FOR_TAG, after });
    for (const job of page.jobs) {
      if (job.tags[tag.name] !== tag.value) continue;
      found.push(job);
      if (found.length === limit) return { jobs: found, next: indexKeys(job).listKey };
    }
    if (page.next === undefined) return { jobs: found, next: undefined };
    after = page.next;
  }
  return { jobs: found, next: after };
}
