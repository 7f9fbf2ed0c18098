import type { SubmissionList, SubmissionPlace, SubmissionState } from "#aws/submission-list.ts";
import { newestFirst } from "#aws/submission-list.ts";
import type { Submission } from "#aws/submission-store.ts";
import { toIso } from "#domain/job/job.ts";
import { ABANDONED_AFTER_MS, asItStands } from "./submission-state.ts";

export interface SubmissionListDependencies {
  submissionList: SubmissionList;
  /** Epoch milliseconds. */
  now: () => number;
}

export interface SubmissionPage {
  submissions: Submission[];
  /** After which the next page begins; undefined at the end. */
  next: SubmissionPlace | undefined;
}

const STATES: readonly SubmissionState[] = ["submitting", "created", "refused", "submit_unknown"];

/**
 * One page of submissions, newest first, each in its state of now: one that was cut off during the
 * billable call is of unknown outcome, although nobody could write that down.
 */
export async function listSubmissions(
  { submissionList, now }: SubmissionListDependencies,
  query: {
    state?: SubmissionState | undefined;
    limit: number;
    after?: SubmissionPlace | undefined;
  },
): Promise<SubmissionPage> {
  const { state, limit, after } = query;
  const lists = await Promise.all(
    storedStates(state).map((stored) => submissionList.inState({ state: stored, limit, after })),
  );
  const read = lists.flat().sort(newestFirst).slice(0, limit);
  const submissions = read
    .map((submission) => asItStands(submission, now()))
    .filter((submission) => state === undefined || submission.state === state);
  return { submissions, next: read.length === limit ? read.at(-1) : undefined };
}

/** Those that were cut off are still stored as `submitting`. */
function storedStates(state: SubmissionState | undefined): readonly SubmissionState[] {
  if (state === undefined) return STATES;
  return state === "submit_unknown" ? ["submit_unknown", "submitting"] : [state];
}

/**
 * How many submissions of unknown outcome nobody has settled yet; two reads.
 *
 * @param from instants (ISO 8601), both included
 */
export async function countUnknown(
  { submissionList, now }: SubmissionListDependencies,
  from: string,
  to: string,
): Promise<number> {
  const cutOffBefore = toIso(now() - ABANDONED_AFTER_MS);
  const counts = await Promise.all([
    submissionList.count("submit_unknown", from, to),
    submissionList.count("submitting", from, to < cutOffBefore ? to : cutOffBefore),
  ]);
  return counts[0] + counts[1];
}
