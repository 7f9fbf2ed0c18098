import type { JobStatus } from "@akool-archiver/client";

/** How a status is shown: by a shape and a word; the colour only repeats them. */
export type Tone = "waiting" | "running" | "good" | "bad" | "warning" | "quiet";

interface StatusLook {
  readonly label: string;
  readonly tone: Tone;
  /** One sentence for a person who has never seen it. */
  readonly meaning: string;
}

export const STATUSES = {
  accepted: { label: "Accepted", tone: "waiting", meaning: "Followed; AKOOL was not asked yet." },
  queueing: { label: "Queueing", tone: "waiting", meaning: "AKOOL has put it into its queue." },
  processing: { label: "Processing", tone: "running", meaning: "AKOOL is making the video." },
  completed: {
    label: "Copying",
    tone: "running",
    meaning: "AKOOL is done; the video is being copied into the bucket.",
  },
  archived: { label: "Archived", tone: "good", meaning: "The video is in the bucket, and whole." },
  archive_failed: {
    label: "Archive failed",
    tone: "warning",
    meaning: "AKOOL has the video, and it is not in the bucket. It is tried again by itself.",
  },
  failed: { label: "Failed", tone: "bad", meaning: "AKOOL could not make the video." },
  rejected: { label: "Rejected", tone: "bad", meaning: "AKOOL refuses to tell about the job." },
  not_found: { label: "Not found", tone: "bad", meaning: "AKOOL says that there is no such job." },
  timed_out: {
    label: "Timed out",
    tone: "warning",
    meaning: "AKOOL was not finished at the deadline; nobody follows the job any more.",
  },
  cancelled: { label: "Cancelled", tone: "quiet", meaning: "Somebody stopped following it." },
  expired: {
    label: "Expired",
    tone: "bad",
    meaning: "AKOOL deleted the video before it was kept.",
  },
} as const satisfies Record<JobStatus, StatusLook>;

/** In the order in which they are met. */
export const STATUS_NAMES = Object.keys(STATUSES).filter(isStatus);

export function isStatus(text: string): text is JobStatus {
  return Object.hasOwn(STATUSES, text);
}

/** Whether the archiver or AKOOL still works on it. */
export function isRunning(status: JobStatus): boolean {
  return (
    status === "accepted" ||
    status === "queueing" ||
    status === "processing" ||
    status === "completed"
  );
}

/** Whether following it can be stopped. */
export function mayCancel(status: JobStatus): boolean {
  return isRunning(status) || status === "archive_failed";
}

/** Whether a person may begin it again; so may one whose execution has died. */
export function mayRetry(job: { status: JobStatus; fault?: unknown }): boolean {
  if (job.status === "archived") return false;
  return !isRunning(job.status) || job.fault !== undefined;
}
