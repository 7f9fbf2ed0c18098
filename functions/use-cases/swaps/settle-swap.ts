import type { Submission } from "#aws/submission-store.ts";
import { retryOnConflict } from "#aws/versioned-write.ts";
import { toIso } from "#domain/job/job.ts";
import { RequestRefused } from "#domain/refusals.ts";
import type { Submitted } from "#use-cases/jobs/submit-job.ts";
import { followSwap, type SwapDependencies } from "./create-swap.ts";
import { findSubmission } from "./find-submission.ts";

/** What a person found at AKOOL: the video, or that there is none. */
export type Settlement = { videoModelId: string } | { release: true };

/**
 * Settles a submission of unknown outcome, as a person has found it at AKOOL.
 *
 * @returns the job that is now followed; undefined when the key was released
 * @throws RequestRefused submission-not-found, or submission-settled when its outcome is known
 */
export async function settleSwap(
  dependencies: SwapDependencies,
  idempotencyKey: string,
  settlement: Settlement,
): Promise<Submitted | undefined> {
  const settled = await retryOnConflict(async () => {
    const submission = await findSubmission(dependencies, idempotencyKey);
    return settle(dependencies, submission, settlement);
  });
  return settled && followSwap(dependencies, settled);
}

async function settle(
  dependencies: SwapDependencies,
  submission: Submission,
  settlement: Settlement,
): Promise<Submission | undefined> {
  const repeated =
    "videoModelId" in settlement && submission.videoModelId === settlement.videoModelId;
  if (repeated) return submission;
  if (submission.state !== "submit_unknown") {
    const { state } = submission;
    throw new RequestRefused("submission-settled", `its state is ${state}`, { state });
  }
  // Before it is settled, since a released one leaves nothing behind that could be counted.
  await dependencies.notes.noteSettled(submission);
  if ("release" in settlement) {
    await dependencies.submissions.remove(submission);
    return undefined;
  }
  return dependencies.submissions.replace(submission, {
    ...submission,
    updatedAt: toIso(dependencies.now()),
    state: "created",
    videoModelId: settlement.videoModelId,
    reason: "settled by hand",
  });
}
