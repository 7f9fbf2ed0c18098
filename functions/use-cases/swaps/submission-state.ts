import type { Submission } from "#aws/submission-store.ts";

/** No invocation lives this long: the caller of an older submission died during the call. */
export const ABANDONED_AFTER_MS = 60_000;

/**
 * The submission with its state of now. If the caller died during the billable call, the outcome is
 * unknown, although nobody could record that.
 *
 * @param now epoch milliseconds
 */
export function asItStands(submission: Submission, now: number): Submission {
  const abandoned =
    submission.state === "submitting" &&
    now - Date.parse(submission.createdAt) > ABANDONED_AFTER_MS;
  if (!abandoned) return submission;
  const reason = "the call was broken off before its outcome was on record";
  return { ...submission, state: "submit_unknown", reason };
}
