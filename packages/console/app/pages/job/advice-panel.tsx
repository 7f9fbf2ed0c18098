import type { Job } from "@akool-archiver/client";
import type { Advice } from "../../logic/advice.ts";
import { slugOf } from "../../logic/runbook.ts";
import { addressOf } from "../../state/router.ts";
import { settings } from "../../state/settings.ts";
import { Until } from "../../ui/time.tsx";
import { RetryButton } from "./actions.tsx";

interface AdviceProps {
  advice: Advice;
  job: Job;
  onJob: (job: Job) => void;
}

/** Why it is not in the archive, who has to act, and the button for it. */
export function AdvicePanel({ advice, job, onJob }: AdviceProps) {
  const canRetry = advice.action === "retry" && settings.value?.readOnly !== true;
  return (
    <section class="advice" aria-label="What stands in the way">
      <p class="advice-why">
        <bdi>{advice.why}</bdi>
      </p>
      <p>
        <span class="advice-actor">
          {advice.actor === "nobody" ? "Nobody has to act." : `To act: ${advice.actor}.`}
        </span>{" "}
        {advice.step}
      </p>
      {isThreatened(job) && (
        <p>
          AKOOL deletes the video <Until at={job.videoExpiresAt} />.
        </p>
      )}
      <div class="advice-actions">
        {canRetry && <RetryButton job={job} onJob={onJob} />}
        <a href={addressOf("runbook", slugOf(advice.runbook))}>In the runbook: {advice.runbook}</a>
      </div>
    </section>
  );
}

function isThreatened({ status }: Job): boolean {
  return status === "archive_failed" || status === "timed_out" || status === "completed";
}
