import { measureChange } from "#domain/job/change-metrics.ts";
import type { Job } from "#domain/job/job.ts";
import type { Meter } from "#domain/metrics.ts";
import type { JobStore } from "./job-store.ts";

/** A job store that measures every change that it has written, and none that it has not. */
export function meteredJobStore(store: JobStore, meter: Meter): JobStore {
  const measure = (read: Job | undefined, written: Job): Job => {
    for (const { metric, value } of measureChange(read, written)) meter.add(metric, value);
    return written;
  };
  return {
    ...store,
    create: async (job) => measure(undefined, await store.create(job)),
    replace: async (read, next) => measure(read, await store.replace(read, next)),
  };
}
