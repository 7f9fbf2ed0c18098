import { JobNotArchived } from "./errors.ts";
import { sleep } from "./repeat.ts";
import type { ArchiverOperations, CallOptions, Job, JobFilter, JobStatus } from "./types.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Statuses after which nothing happens by itself any more. `archive_failed` is tried again. Listed
 * here, since the client shares no code with the archiver.
 */
const ENDED: ReadonlySet<JobStatus> = new Set([
  "archived",
  "failed",
  "rejected",
  "not_found",
  "timed_out",
  "cancelled",
  "expired",
]);

/** Whether a job of this status is at its end. */
export function isEnded(status: JobStatus): boolean {
  return ENDED.has(status);
}

export interface WaitOptions extends CallOptions {
  /** Called with the job as it is first seen, and at each change of its status. */
  readonly onChange?: (job: Job) => void;
}

/** What takes more than one call. */
export interface Following {
  /**
   * Asks for the job until its video is in the archive: after 1 s at first, ever less often, at
   * least every 15 s. `archive_failed` is waited through, as it is tried again by itself.
   *
   * @throws JobNotArchived when the job ends otherwise; ArchiverProblem when it is not known
   */
  waitUntilArchived(videoModelId: string, options?: WaitOptions): Promise<Job>;
  /** All jobs that the filter names, newest first, page after page. */
  iterateJobs(filter?: JobFilter, options?: CallOptions): AsyncGenerator<Job, void>;
}

export function following({
  getJob,
  listJobs,
}: Pick<ArchiverOperations, "getJob" | "listJobs">): Following {
  return {
    async waitUntilArchived(videoModelId, { onChange, ...options } = {}) {
      let seen: JobStatus | undefined;
      for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.25, LONGEST_PAUSE_MS)) {
        const job = await getJob(videoModelId, options);
        if (job.status !== seen) onChange?.(job);
        seen = job.status;
        if (job.status === "archived") return job;
        if (isEnded(job.status)) throw new JobNotArchived(job);
        await sleep(pause, options.signal);
      }
    },
    async *iterateJobs(filter = {}, options = {}) {
      let cursor: string | undefined;
      do {
        const page = await listJobs(
          { ...filter, limit: 100, ...(cursor !== undefined && { cursor }) },
          options,
        );
        yield* page.jobs;
        cursor = page.cursor;
      } while (cursor !== undefined);
    },
  };
}
