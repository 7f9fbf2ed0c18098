import type { Job } from "@akool-archiver/client";
import { isRunning } from "./status.ts";

/** Who has to act, in the words of a person. */
type Actor = "nobody" | "you" | "the account's owner" | "AKOOL" | "this archiver";

export interface Advice {
  /** One sentence: why it is not in the archive. */
  readonly why: string;
  readonly actor: Actor;
  readonly step: string;
  /** The one button, where one helps. */
  readonly action?: "retry" | undefined;
  /** A heading of the runbook. */
  readonly runbook: string;
}

/** What polls see while a job is well; anything else stands in the way. */
const MOVING: ReadonlySet<string> = new Set(["queueing", "processing", "completed", "failed"]);

const PARTY: Readonly<Record<NonNullable<Job["failure"]>["party"], Actor>> = {
  job: "you",
  source: "AKOOL",
  archiver: "this archiver",
};

const STATUS_RUNBOOK = "What a status means and what to do";

/** What stands in the way of a job, and the next step; undefined when all is well. */
export function adviceFor(job: Job): Advice | undefined {
  if (job.status === "archived") return undefined;
  if (job.fault !== undefined) {
    return {
      why: `Following it has failed: ${job.fault.reason}`,
      actor: "this archiver",
      step: "The sweeper begins it again by itself. To have it at once, retry.",
      action: "retry",
      runbook: "An execution that failed",
    };
  }
  return isRunning(job.status) ? ofRunning(job) : ofEnded(job);
}

function ofRunning({ lastObservation }: Job): Advice | undefined {
  if (lastObservation === undefined || MOVING.has(lastObservation.kind)) return undefined;
  const detail = lastObservation.detail ? `: ${lastObservation.detail}` : "";
  if (lastObservation.kind === "account_fault") {
    return {
      why: `AKOOL refuses the account${detail}`,
      actor: "the account's owner",
      step: "Mend key, credit or subscription at AKOOL. Every job waits for it, and goes on by itself.",
      runbook: "The account's fault",
    };
  }
  return {
    why: `The last poll brought no news (${lastObservation.kind}${detail})`,
    actor: "nobody",
    step: "It is asked again by itself, ever less often.",
    runbook: "AKOOL cannot be reached",
  };
}

function ofEnded(job: Job): Advice | undefined {
  const why = job.failure?.reason ?? lastReason(job);
  const actor = job.failure === undefined ? "you" : PARTY[job.failure.party];
  switch (job.status) {
    case "archive_failed":
      return {
        why: why ?? "The video could not be copied",
        actor,
        step: "It is tried again by itself until AKOOL deletes the video. To have it at once, retry.",
        action: "retry",
        runbook: "archive_failed",
      };
    case "failed":
      return {
        why: why ?? "AKOOL could not make the video",
        actor,
        step: "Create it anew at AKOOL with better inputs. If AKOOL has it after all, retry.",
        action: "retry",
        runbook: STATUS_RUNBOOK,
      };
    case "rejected":
    case "not_found":
      return {
        why: why ?? "AKOOL does not serve the job to this key",
        actor: "you",
        step: "Check the id, and that the key is of the account that made the video. Then retry.",
        action: "retry",
        runbook: "Jobs that AKOOL refuses",
      };
    case "timed_out":
      return {
        why: why ?? "AKOOL was not finished at the deadline",
        actor: "you",
        step: "Retry to follow it once more, for as long again.",
        action: "retry",
        runbook: STATUS_RUNBOOK,
      };
    case "expired":
      return {
        why: why ?? "AKOOL has deleted the video",
        actor,
        step: "It has to be made again. If AKOOL has it after all, retry.",
        action: "retry",
        runbook: "A video that was lost",
      };
    case "cancelled":
      return {
        why: why ?? "Somebody stopped following it",
        actor: "nobody",
        step: "Retry if the video is wanted after all; AKOOL may have gone on.",
        action: "retry",
        runbook: STATUS_RUNBOOK,
      };
    default:
      return undefined;
  }
}

function lastReason({ timeline }: Job): string | undefined {
  return timeline.at(-1)?.reason;
}
