import type { Job } from "#domain/job/job.ts";

/**
 * Step Functions ends an execution at 25,000 history events. A poll costs 13 at most (Task 5,
 * Choice 2, AwaitCallback 6; 9 with Wait in its place), so the rest, 1,600, is left to what follows
 * the last poll: the 300 tries of ArchiveVideo while the account is at fault, three events each.
 */
const HISTORY_EVENTS = 23_400;
const EVENTS_PER_POLL = 13;

/** LambdaFunctionScheduled, LambdaFunctionStarted and LambdaFunctionFailed; throttled or not. */
const EVENTS_PER_RETRY = 3;

/** Polls that one execution may make when none of its calls has to be repeated. */
export const MAX_POLLS = HISTORY_EVENTS / EVENTS_PER_POLL;

/** What an execution can still pay for. */
export interface HistoryLeft {
  /** Polls, if the next ones need as many tries as those so far; a whole number. */
  polls: number;
  /** Of all that it could pay for at first; from 0 to 1. */
  share: number;
}

type Spent = Pick<Job, "attemptPollCount" | "attemptRetryCount">;

/** What is left of the history of the execution that owns the job. Decision 0006. */
export function historyLeft({ attemptPollCount, attemptRetryCount = 0 }: Spent): HistoryLeft {
  const retries = attemptRetryCount * EVENTS_PER_RETRY;
  const left = Math.max(0, HISTORY_EVENTS - attemptPollCount * EVENTS_PER_POLL - retries);
  const eventsPerPoll = EVENTS_PER_POLL + retries / Math.max(1, attemptPollCount);
  return { polls: Math.floor(left / eventsPerPoll), share: left / HISTORY_EVENTS };
}

/**
 * The record after a check whose call had to be repeated this often. When Step Functions has lost a
 * check's answer, its tries are counted twice: a budget may err on that side.
 */
export function withRetries(job: Job, retries: number): Job {
  if (retries === 0) return job;
  return { ...job, attemptRetryCount: (job.attemptRetryCount ?? 0) + retries };
}
