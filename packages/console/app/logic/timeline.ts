import type { Job, JobStatus } from "@akool-archiver/client";
import { isRunning } from "./status.ts";

/** One status of a job, and how long it had it. */
export interface Stay {
  readonly at: string;
  readonly status: JobStatus;
  readonly attempt: number;
  readonly reason?: string | undefined;
  /** Milliseconds until the next change; for the last one until now, while the job is under way. */
  readonly lasted?: number | undefined;
  /** Whether it goes on. */
  readonly isCurrent: boolean;
  /** Whether a new attempt begins with it. */
  readonly beginsAttempt: boolean;
}

/** The timeline with the length of each stay. @param now epoch milliseconds */
export function staysOf({ timeline }: Pick<Job, "timeline">, now: number): Stay[] {
  return timeline.map((line, index) => {
    const next = timeline[index + 1];
    const isCurrent = next === undefined && isRunning(line.status);
    const end = next === undefined ? now : Date.parse(next.at);
    const lasts = next !== undefined || isCurrent;
    return {
      at: line.at,
      status: line.status,
      attempt: line.attempt,
      isCurrent,
      beginsAttempt: index > 0 && line.attempt !== timeline[index - 1]?.attempt,
      ...(line.reason !== undefined && { reason: line.reason }),
      ...(lasts && { lasted: Math.max(0, end - Date.parse(line.at)) }),
    };
  });
}

/** How the job is followed, in a few words. */
export function followedBy(job: Pick<Job, "polls" | "attempt" | "akool">): string {
  const hook = job.akool?.webhookUrl;
  const polls = job.polls === 1 ? "1 poll" : `${job.polls} polls`;
  const attempts = job.attempt === 1 ? "first attempt" : `attempt ${job.attempt}`;
  return `${polls}${typeof hook === "string" && hook !== "" ? ", a webhook expected" : ""}, ${attempts}`;
}
