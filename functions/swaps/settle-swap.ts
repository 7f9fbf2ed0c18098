import type { Submission } from "#aws/submission-store.ts";
import { toIso } from "#domain/job.ts";
import type { Submitted } from "#functions/api/submit-job.ts";
import { HttpProblem } from "#functions/http/problem.ts";
import { followSwap, type SwapPorts } from "./create-swap.ts";

/** What a person found at AKOOL: the video, or that there is none. */
export type Settlement = { videoModelId: string } | { release: true };

/**
 * Settles a submission of which only a person can say what became of it.
 *
 * @returns the job that is followed now, or nothing when the key was released
 * @throws HttpProblem submission-settled when its outcome is known
 */
export async function settleSwap(
  ports: SwapPorts,
  submission: Submission,
  settlement: Settlement,
): Promise<Submitted | undefined> {
  if (submission.state !== "submit_unknown") {
    throw new HttpProblem("submission-settled", {
      detail: `its state is ${submission.state}`,
      members: { state: submission.state },
    });
  }
  if ("release" in settlement) {
    await ports.submissions.remove(submission);
    return undefined;
  }
  const settled = await ports.submissions.replace(submission, {
    ...submission,
    updatedAt: toIso(ports.now()),
    state: "created",
    videoModelId: settlement.videoModelId,
  });
  return followSwap(ports, settled);
}
