import { indexKeys } from "#aws/job-item.ts";
import type { JobList } from "#aws/job-list.ts";
import type { Job } from "#domain/job/job.ts";
import type { JobStatus } from "#domain/job/job-status.ts";
import { answerBytes, MAX_PAGE_BYTES } from "#domain/text/answer-size.ts";

/** Pages that are searched for a tag before an incomplete page is returned. */
const MAX_PAGES_FOR_TAG = 10;
const PAGE_FOR_TAG = 100;
/** The same in bytes, for large jobs: reading them takes time and memory. */
const MAX_BYTES_FOR_TAG = 4 * MAX_PAGE_BYTES;

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
  /** `listKey` after which the next page begins; undefined at the end. */
  next: string | undefined;
}

/**
 * One page of jobs, newest first, no larger than an answer may be. Tags have no index: jobs are
 * searched one by one, and a page can come back short, or empty, with a cursor to go on.
 */
export async function listJobs(list: JobList, request: ListRequest): Promise<Listed> {
  const { tag, ...query } = request;
  return tag === undefined ? list.page(query) : listTagged(list, tag, query);
}

async function listTagged(
  list: JobList,
  tag: { name: string; value: string },
  { limit, after: begin, ...range }: Omit<ListRequest, "tag">,
): Promise<Listed> {
  const found = new Page();
  let after = begin;
  let seenBytes = 0;
  for (let pages = 0; pages < MAX_PAGES_FOR_TAG && seenBytes < MAX_BYTES_FOR_TAG; pages++) {
    const page = await list.page({ ...range, limit: PAGE_FOR_TAG, after });
    for (const job of page.jobs) {
      const isWanted = job.tags[tag.name] === tag.value;
      if (isWanted && !found.take(job)) return { jobs: found.jobs, next: after };
      after = indexKeys(job).listKey;
      if (found.jobs.length === limit) return { jobs: found.jobs, next: after };
    }
    if (page.next === undefined) return { jobs: found.jobs, next: undefined };
    seenBytes += page.bytes;
    after = page.next;
  }
  return { jobs: found.jobs, next: after };
}

class Page {
  readonly jobs: Job[] = [];
  #bytes = 0;

  /** @returns whether there was room; there always is for the first job */
  take(job: Job): boolean {
    this.#bytes += answerBytes(job);
    if (this.jobs.length > 0 && this.#bytes > MAX_PAGE_BYTES) return false;
    this.jobs.push(job);
    return true;
  }
}
