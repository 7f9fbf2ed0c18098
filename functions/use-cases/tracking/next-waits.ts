import type { Wakes } from "#aws/job-store.ts";
import { isEnded } from "#domain/job/job-status.ts";
import { MAX_POLLS, type NextLook, secondsUntilNextLook } from "#domain/polling/poll-schedule.ts";
import { stretched } from "#domain/polling/shared-pace.ts";
import { leadsTo } from "#domain/settings/webhook-address.ts";
import type { CheckPorts } from "./ports.ts";

/** For how long the workflow waits for the next look. */
export interface Waits {
  /** Whole seconds by polling. */
  waitSeconds: number;
  /** Whole seconds while a webhook is to come. */
  callbackSeconds: number;
  /** Whether AKOOL is to call this deployment. */
  hooked: boolean;
}

/** What follows a look that was recorded. */
export async function nextWaits(
  { durations, pace }: Pick<CheckPorts, "durations" | "pace">,
  look: NextLook,
  wakes: Wakes,
  webhookUrl: string | undefined,
): Promise<Waits> {
  const { job, observation, now, policy } = look;
  const rate = await pace.after(observation);
  // Waking costs history events as well, and whoever can make a webhook can make many.
  const hooked = leadsTo(webhookUrl, job.akool?.webhookUrl) && job.attemptPollCount < MAX_POLLS;
  const goesOn = job.status !== "completed" && !isEnded(job.status);
  const isPolled = goesOn && !hooked && !wakes.ended;
  const schedule = isPolled ? await durations.scheduleFor(job) : undefined;
  const waitSeconds = stretched({
    waitSeconds: secondsUntilNextLook({ ...look, schedule }),
    rate,
    maxSeconds: policy.maxSeconds,
    secondsToDeadline: (Date.parse(job.deadlineAt) - now) / 1000,
  });
  // AKOOL has called to say that it is done, but does not show it yet: look at the usual pace.
  const callbackSeconds = wakes.ended
    ? waitSeconds
    : secondsUntilNextLook({ ...look, hooked: true });
  return { waitSeconds, callbackSeconds, hooked };
}
