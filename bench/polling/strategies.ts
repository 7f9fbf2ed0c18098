import type { LearnedSchedule } from "#domain/polling/learned-schedule.ts";
import type { PollPolicy } from "#domain/polling/poll-interval.ts";
import type { BenchJob } from "./job.ts";

/** A way to notice that a job has ended. */
export type Strategy =
  /** AWS's job poller, with the wait before each of its polls (from 1), in seconds. */
  | { kind: "job-poller"; waitBefore: (poll: number) => number }
  /** This workflow, by polling. */
  | {
      kind: "polled";
      policy: PollPolicy;
      scheduleFor: (job: BenchJob) => LearnedSchedule | undefined;
    }
  /** This workflow, woken by AKOOL's webhooks, which come without delay. */
  | { kind: "webhook" };

/** The default bounds of the configuration. */
export const DEFAULT_BOUNDS: PollPolicy = { minSeconds: 5, maxSeconds: 300 };

const nothingLearned = () => undefined;

export function everySeconds(seconds: number): Strategy {
  return { kind: "job-poller", waitBefore: () => seconds };
}

/** Doubling within the default bounds. */
export function doubling(): Strategy {
  const { minSeconds, maxSeconds } = DEFAULT_BOUNDS;
  const waitBefore = (poll: number) => Math.min(maxSeconds, minSeconds * 2 ** (poll - 1));
  return { kind: "job-poller", waitBefore };
}

/** Fixed waits in this workflow: both bounds are the same. */
export function fixedHere(seconds: number): Strategy {
  const policy = { minSeconds: seconds, maxSeconds: seconds };
  return { kind: "polled", policy, scheduleFor: nothingLearned };
}

export function scheduleV1(): Strategy {
  return { kind: "polled", policy: DEFAULT_BOUNDS, scheduleFor: nothingLearned };
}

export function scheduleV2(scheduleFor: (job: BenchJob) => LearnedSchedule | undefined): Strategy {
  return { kind: "polled", policy: DEFAULT_BOUNDS, scheduleFor };
}

/** Knows when each job ends, and polls in the first whole second after that. */
export function clairvoyant(): Strategy {
  const scheduleFor = ({ durationSeconds }: BenchJob): LearnedSchedule => ({
    waitAt: (ageSeconds) => Math.ceil(durationSeconds - ageSeconds),
  });
  return { kind: "polled", policy: DEFAULT_BOUNDS, scheduleFor };
}
