import type { Submission } from "#aws/submission-store.ts";
import { RequestRefused } from "#domain/refusals.ts";
import type { SwapDependencies } from "./create-swap.ts";
import { asItStands } from "./submission-state.ts";

/** @throws RequestRefused submission-not-found */
export async function findSubmission(
  { submissions, now }: Pick<SwapDependencies, "submissions" | "now">,
  idempotencyKey: string,
): Promise<Submission> {
  const submission = await submissions.get(idempotencyKey);
  if (submission === undefined) {
    throw new RequestRefused("submission-not-found", "no request was made under this key");
  }
  return asItStands(submission, now());
}
