import { announcements, type EventEntry } from "#aws/announcements.ts";
import type { Job } from "#domain/job.ts";
import type { TrackingPorts } from "./ports.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

export interface AnnouncingPorts extends Pick<TrackingPorts, "store" | "now" | "eventBusName"> {
  /**
   * @param execution ARN of the execution whose announcements these are
   * @throws when not every entry was taken
   */
  publish(entries: readonly EventEntry[], execution: string): Promise<void>;
}

/**
 * Publishes what a dead execution has not announced any more, and notes how far it came. The record
 * only has a lower bound of what was announced, so the last changes can be repeated, under the same
 * ids.
 *
 * @returns the record as it is then
 */
export async function announceRest(ports: AnnouncingPorts, job: Job): Promise<Job> {
  let announced = job.announced;
  for (;;) {
    const due = announcements(job, announced, ports.eventBusName);
    if (due.entries.length === 0) break;
    await ports.publish(due.entries, job.execution);
    announced = due.announced;
  }
  return updateJob(
    ports.store,
    job,
    whileOwnedBy(job.execution, (current) =>
      current.announced >= announced ? current : { ...current, announced },
    ),
  );
}
