import { type Job, lastChange } from "./job.ts";
import { isEnded, type JobStatus } from "./job-status.ts";

/**
 * Who asks for a job to be followed.
 *
 * - `person`: asks for this very job to be tried again (`POST /jobs/{id}/retry`).
 * - `request`: `POST /jobs`, an event, or an execution that somebody has started.
 * - `webhook`: AKOOL, with news of the job.
 * - `webhook-of-other-product`: the same, for a video that AKOOL does not serve to our polls.
 * - `sweeper`: nobody; it only makes up for a failure.
 * - `import`, `creation`: lists and creations, whose repetition asks for nothing new.
 */
export type Asker =
  | "person"
  | "request"
  | "webhook"
  | "webhook-of-other-product"
  | "sweeper"
  | "import"
  | "creation";

/** When somebody asked, and when that is decided; epoch milliseconds. */
export interface Asked {
  by: Asker;
  /** Unknown for an execution that an older release has started. */
  at: number | undefined;
  now: number;
}

/** An attempt can cost an archive function of 15 minutes, and a webhook proves little. */
const MAX_ATTEMPTS_BY_WEBHOOK = 5;

/** Requests may come from machines, which do not tire. */
const ATTEMPTS_A_DAY = 5;
const DAY_MS = 24 * 3_600_000;
const PAUSE_BEYOND_MS = 6 * 3_600_000;

/**
 * The ends after which each of them may begin a job again. A person may after every end but
 * `archived`; they are listed all the same, so that a new end needs a decision.
 */
const MENDABLE: Readonly<Record<Asker, readonly JobStatus[]>> = {
  person: [
    "archive_failed",
    "failed",
    "rejected",
    "not_found",
    "timed_out",
    "cancelled",
    "expired",
  ],
  request: ["archive_failed", "rejected", "not_found", "timed_out", "cancelled"],
  webhook: ["archive_failed", "rejected", "not_found", "timed_out"],
  "webhook-of-other-product": ["archive_failed", "rejected", "timed_out"],
  sweeper: ["archive_failed"],
  import: [],
  creation: [],
};

/**
 * Whether a job that nobody follows may begin again: its execution has died, or it has ended. A
 * cancellation overrules everything that was asked for before it. Only a person may restart a job
 * any number of times. Decision 0064.
 */
export function mayBeginAgain(job: Job, asked: Asked): boolean {
  if (isWebhook(asked.by) && job.attempt >= MAX_ATTEMPTS_BY_WEBHOOK) return false;
  if (!isEnded(job.status)) return true;
  if (!MENDABLE[asked.by].includes(job.status)) return false;
  if (asked.by !== "request") return true;
  return job.status === "cancelled" ? isAskedSince(job, asked) : isAffordable(job, asked.now);
}

function isWebhook(asker: Asker): boolean {
  return asker === "webhook" || asker === "webhook-of-other-product";
}

function isAskedSince(job: Job, { at }: Asked): boolean {
  return at !== undefined && at >= Date.parse(lastChange(job).at);
}

/** Five times a day at once, then every six hours. */
function isAffordable({ statusHistory, attemptStartedAt }: Job, now: number): boolean {
  if (now - Date.parse(attemptStartedAt) >= PAUSE_BEYOND_MS) return true;
  const begun = statusHistory.filter(
    ({ status, at }) => status === "accepted" && Date.parse(at) > now - DAY_MS,
  );
  return begun.length < ATTEMPTS_A_DAY;
}
