import type { Wakes } from "#aws/job-store.ts";
import { isEnded } from "#domain/job/job-status.ts";
import { historyLeft } from "#domain/polling/history-budget.ts";
import { type NextPoll, secondsUntilNextPoll } from "#domain/polling/poll-schedule.ts";
import { stretched } from "#domain/polling/rate-limit.ts";
import { leadsTo } from "#domain/settings/webhook-address.ts";
import type { LearnedDurations } from "./learned-durations.ts";
import type { SharedRateLimit } from "./shared-rate-limit.ts";

/** For how long the workflow waits for the next poll. */
export interface Waits {
  /** Whole seconds by polling. */
  waitSeconds: number;
  /** Whole seconds while a webhook is expected. */
  callbackSeconds: number;
  /** Whether AKOOL is to call this deployment. */
  webhookExpected: boolean;
}

/** What follows a poll that was recorded. */
export async function nextWaits(
  { durations, rateLimit }: { durations: LearnedDurations; rateLimit: SharedRateLimit },
  poll: NextPoll,
  wakes: Wakes,
  webhookUrl: string | undefined,
): Promise<Waits> {
  const { job, observation, now, policy } = poll;
  const rate = await rateLimit.after(observation);
  // Wakes cost history events as well, and whoever can send one webhook can send many.
  const webhookExpected = leadsTo(webhookUrl, job.akool?.webhookUrl) && historyLeft(job).polls > 0;
  const goesOn = job.status !== "completed" && !isEnded(job.status);
  const isPolled = goesOn && !webhookExpected && !wakes.ended;
  const schedule = isPolled ? await durations.scheduleFor(job) : undefined;
  const waitSeconds = stretched({
    waitSeconds: secondsUntilNextPoll({ ...poll, schedule }),
    rate,
    maxSeconds: policy.maxSeconds,
    secondsToDeadline: (Date.parse(job.deadlineAt) - now) / 1000,
  });
  // A webhook says that the job is done, but polls do not show it yet: poll at the usual rate.
  const callbackSeconds = wakes.ended
    ? waitSeconds
    : secondsUntilNextPoll({ ...poll, webhookExpected: true });
  return { waitSeconds, callbackSeconds, webhookExpected };
}
