import type { Submission } from "#aws/submission-store.ts";

/** No invocation lives this long: a submission that is older died in the middle of the call. */
const ABANDONED_AFTER_MS = 60_000;

/**
 * What a submission is now. One whose caller died in the middle of the billable call has an outcome
 * that nobody knows, although nobody could write that down.
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
