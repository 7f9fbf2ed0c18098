import type { JobStore } from "#aws/job-store.ts";
import { VersionConflict } from "#aws/versioned-write.ts";
import type { Job } from "#domain/job/job.ts";

/** A job store in memory, with the conditions of the real one, for millions of jobs. */
export function memoryJobStore(jobs: Map<string, Job> = new Map()): JobStore {
  return {
    get: async (videoModelId) => jobs.get(videoModelId),
    wakes: async () => ({ count: 0, ended: false }),
    wake: async () => undefined,
    async acknowledge(job, publishedSeq) {
      const acknowledged = { ...job, publishedSeq };
      jobs.set(job.videoModelId, acknowledged);
      return acknowledged;
    },
    publishLater: async () => {},
    async create(job) {
      if (jobs.has(job.videoModelId)) throw new VersionConflict("the job is known");
      jobs.set(job.videoModelId, job);
      return job;
    },
    async replace(read, next) {
      if (jobs.get(read.videoModelId)?.version !== read.version) {
        throw new VersionConflict("the job was changed");
      }
      const written = { ...next, version: read.version + 1 };
      jobs.set(next.videoModelId, written);
      return written;
    },
  };
}
