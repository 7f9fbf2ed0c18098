import { believedCreation, type Job } from "#domain/job/job.ts";
import { isTrouble, type Observation } from "#domain/job/observation.ts";
import { followedUntil } from "#domain/job/video-loss.ts";
import { historyLeft } from "./history-budget.ts";
import type { LearnedSchedule } from "./learned-schedule.ts";
import { clamp, type PollPolicy, pollInterval } from "./poll-interval.ts";

/** The longest wait is stretched by this factor while a webhook is expected. */
const SAFETY_NET_FACTOR = 20;

/** Longest `Retry-After` that is honoured at once; then AKOOL is asked again. */
const LONGEST_ASKED_SECONDS = 3_600;

/** Waits are spread by ± this share, so that jobs started together do not poll together. */
const JITTER = 0.2;

/** From this share of the history on, waits are stretched so that what is left lasts to the very end. */
const UNHURRIED_FROM = 1 / 2;

export interface NextPoll {
  /** The record after the observation. */
  job: Job;
  observation: Observation;
  /** Epoch milliseconds. */
  now: number;
  /** Uniform in [0, 1). */
  random: () => number;
  policy: PollPolicy;
  /** Whether AKOOL will call back: then polling is only the safety net. */
  webhookExpected?: boolean;
  /** Schedule v2, where enough jobs of this kind have been seen to end. */
  schedule?: LearnedSchedule | undefined;
}

/**
 * Seconds until the next poll, a whole number of at least 1.
 *
 * When jobs of this kind are likely to end, if that has been learned (schedule v2); otherwise, and
 * beyond the longest of them, prompt at first and growing with the time that the job has been
 * followed (v1); full-jitter exponential back-off while AKOOL cannot be read; rarely, while AKOOL
 * is to call back; never before AKOOL wants to be asked again; never past the deadline, where one
 * last poll is taken.
 */
export function secondsUntilNextPoll(poll: NextPoll): number {
  const { job, now } = poll;
  const wished = Math.max(wishedWait(poll), askedWait(poll.observation));
  const affordable = Math.max(wished, historyFloor(job, now));
  return Math.max(1, Math.ceil(Math.min(affordable, secondsUntilLastPoll(job, now))));
}

/**
 * What AKOOL asks for (`Retry-After`), up to a limit: a wrong figure must not cost the video.
 */
function askedWait({ retryAfterSeconds = 0 }: Observation): number {
  return Math.min(retryAfterSeconds, LONGEST_ASKED_SECONDS);
}

function wishedWait({
  job,
  observation,
  now,
  random,
  policy,
  webhookExpected,
  schedule,
}: NextPoll): number {
  if (isTrouble(observation)) return backOff(job.troubleCount, random, policy);
  const spread = 1 + JITTER * (2 * random() - 1);
  if (webhookExpected) return policy.maxSeconds * SAFETY_NET_FACTOR * spread;
  const learned = isUnfinished(observation)
    ? schedule?.waitAt(secondsSince(believedCreation(job), now), spread)
    : undefined;
  return learned ?? clamp(pollInterval(followedFor(job, now), policy) * spread, policy);
}

/** Learned durations are those of these two answers, and of no other. */
function isUnfinished({ kind }: Observation): boolean {
  return kind === "queueing" || kind === "processing";
}

function followedFor(job: Job, now: number): number {
  return secondsSince(Date.parse(job.attemptStartedAt), now);
}

function secondsSince(instant: number, now: number): number {
  return Math.max(0, now - instant) / 1000;
}

function backOff(troubles: number, random: () => number, policy: PollPolicy): number {
  const ceiling = Math.min(policy.maxSeconds, policy.minSeconds * 2 ** Math.min(troubles, 30));
  return policy.minSeconds + random() * (ceiling - policy.minSeconds);
}

function historyFloor(job: Job, now: number): number {
  const { polls, share } = historyLeft(job);
  if (share > UNHURRIED_FROM) return 0;
  return Math.max(0, followedUntil(job) - now) / 1000 / Math.max(1, polls);
}

/** The deadline; once it has passed unread, the end of the video's life at AKOOL. */
function secondsUntilLastPoll(job: Job, now: number): number {
  const deadline = Date.parse(job.deadlineAt);
  const end = now < deadline ? deadline : followedUntil(job);
  return now < end ? (end - now) / 1000 : Number.POSITIVE_INFINITY;
}
