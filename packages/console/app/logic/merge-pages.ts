import type { Job } from "@akool-archiver/client";

type Listed = Pick<Job, "videoModelId" | "acceptedAt">;

/** The list as loaded so far, newest first. */
export interface LoadedJobs<Item extends Listed> {
  readonly jobs: readonly Item[];
  /** For the page after the last one; undefined at the end of the list. */
  readonly cursor: string | undefined;
}

/**
 * The list with its first page read anew. Within the span of that page the fresh one decides: what it
 * does not name has left the view. What is older stays, with the cursor behind it.
 */
export function withFirstPage<Item extends Listed>(
  loaded: LoadedJobs<Item>,
  fresh: LoadedJobs<Item>,
): LoadedJobs<Item> {
  const last = fresh.jobs.at(-1);
  if (fresh.cursor === undefined || last === undefined) return fresh;
  const known = new Set(loaded.jobs.map(({ videoModelId }) => videoModelId));
  // So many are new that the two do not meet: what is between them was not read.
  if (!fresh.jobs.some(({ videoModelId }) => known.has(videoModelId))) return fresh;
  const older = loaded.jobs.filter((job) => isOlder(job, last));
  if (older.length === 0) return fresh;
  return { jobs: [...fresh.jobs, ...older], cursor: loaded.cursor };
}

/** The list with its next page. */
export function withNextPage<Item extends Listed>(
  loaded: LoadedJobs<Item>,
  next: LoadedJobs<Item>,
): LoadedJobs<Item> {
  const known = new Set(loaded.jobs.map(({ videoModelId }) => videoModelId));
  const added = next.jobs.filter(({ videoModelId }) => !known.has(videoModelId));
  return { jobs: [...loaded.jobs, ...added], cursor: next.cursor };
}

/** The list with single jobs replaced by what was read of them since. */
export function withJobs<Item extends Listed>(
  loaded: LoadedJobs<Item>,
  fresh: readonly Item[],
): LoadedJobs<Item> {
  const byId = new Map(fresh.map((job) => [job.videoModelId, job]));
  if (byId.size === 0) return loaded;
  return { ...loaded, jobs: loaded.jobs.map((job) => byId.get(job.videoModelId) ?? job) };
}

/** In the order of the list: by acceptance, then by id, newest first. */
function isOlder(job: Listed, than: Listed): boolean {
  return `${job.acceptedAt}#${job.videoModelId}` < `${than.acceptedAt}#${than.videoModelId}`;
}
