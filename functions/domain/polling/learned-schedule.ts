import { type DurationHistogram, evidence } from "./duration-histogram.ts";
import { type DurationModel, modelOf, progressAt } from "./duration-model.ts";
import { MAX_POLLS } from "./history-budget.ts";
import { clamp, type PollPolicy, pollInterval } from "./poll-interval.ts";

/** Jobs (faded ones in part) below which nothing counts as learned. */
const ENOUGH_JOBS = 30;

/** How finely waits and prices are searched: to less than a ten-thousandth of the range. */
const HALVINGS = 14;

/** Natural logarithms of the prices between which every sensible one lies, in seconds of delay. */
const LOG_PRICES = { lowest: Math.log(1e-5), highest: Math.log(1e5) };

/**
 * When to poll jobs whose durations have been learned: schedule v2. Decision 0039.
 *
 * The problem is that of optimal inspection: a job is done at an unknown age with the distribution
 * function F and the hazard h = f / (1 − F); a poll costs as much as c seconds of delay; what sequence
 * of polls costs least? Keller (Optimum Checking Schedules for Systems Subject to Random Failure,
 * Management Science 21(3), 1974, pp. 256–260) takes polls to be so frequent that they have a
 * density n(t). A poll at age t is paid by the 1 − F(t) jobs that are not done, and a job that is
 * done at t waits for 1 / 2n(t), so the cost is
 *
 *     ∫ c·n(t)·(1 − F(t)) + f(t) / 2n(t) dt,
 *
 * which is least, point by point, where c·(1 − F) = f / 2n², that is, **n = √(h / 2c)**: a poll
 * every √(2c / h) seconds, dense where completion is likely and sparse elsewhere.
 *
 * Polls are not that frequent here: a handful a job. So the rule is applied in the form that is
 * exact for whole intervals. At that density each interval (t, u) costs as much by the delay in it
 * as by its poll:
 *
 *     ∫ₜᵘ (u − x)·f(x) dx = c·(1 − F(t)),
 *
 * since with a constant hazard the left side is h·(u − t)² / 2 of the 1 − F(t). The next poll is at
 * the u that solves this. Where the hazard varies little it is Keller's; ahead of the first jobs,
 * and in a gap between two products, where his would poll in vain, it waits until the delay
 * is worth a poll. (The exact optimum, by Barlow, Hunter and Proschan, Journal of SIAM 11(4),
 * 1963, needs the hazard's shape to be regular, and an estimated one is not.)
 *
 * The price c is what makes the *expected* delay the wanted one: see {@link learnedSchedule}.
 */
export interface LearnedSchedule {
  /**
   * Seconds until the next poll of an unfinished job.
   *
   * @param ageSeconds since the job's creation
   * @param spread a factor near 1 by which intervals differ, so that jobs do not poll together
   * @returns nothing far beyond the tail, where nothing is known
   */
  waitAt(ageSeconds: number, spread: number): number | undefined;
}

export interface SchedulePolicy extends PollPolicy {
  /** Mean delay in noticing, in seconds. Without it: that of schedule v1 on the same durations. */
  acceptableDelaySeconds?: number | undefined;
}

/**
 * The schedule that follows from what has been learned, or nothing while that is little. The price
 * of a poll is searched so that the mean delay over the learned distribution, with all bounds, is
 * the acceptable one (or, where the bounds forbid that, the nearest).
 */
export function learnedSchedule(
  histogram: DurationHistogram,
  policy: SchedulePolicy,
): LearnedSchedule | undefined {
  if (evidence(histogram) < ENOUGH_JOBS) return undefined;
  const model = modelOf(histogram);
  const acceptable =
    policy.acceptableDelaySeconds ?? meanDelay(model, (age) => pollInterval(age, policy));
  const isPrompter = (logPrice: number) =>
    meanDelay(model, (age) => wait(model, Math.exp(logPrice), age, policy)) < acceptable;
  const price = Math.exp(boundary(LOG_PRICES.lowest, LOG_PRICES.highest, isPrompter));
  return {
    waitAt: (age, spread) =>
      age < model.trustedUntil
        ? Math.round(wait(model, price * spread ** 2, age, policy))
        : undefined,
  };
}

/** Seconds from one poll to the next; they grow as the root of the price. */
function wait(model: DurationModel, price: number, age: number, policy: PollPolicy): number {
  const now = progressAt(model, age);
  const worthAPoll = price * (1 - now.done);
  const isTooSoon = (seconds: number) => delayWithin(model, age, seconds) < worthAPoll;
  return clamp(boundary(0, policy.maxSeconds, isTooSoon), policy);
}

/** Mean delay in noticing, in seconds, of the jobs that the model describes. */
function meanDelay(model: DurationModel, waitAt: (age: number) => number): number {
  let [delay, age] = [0, 0];
  for (let poll = 1; poll <= MAX_POLLS && age < model.trustedUntil; poll++) {
    const seconds = waitAt(age);
    delay += delayWithin(model, age, seconds);
    age += seconds;
  }
  return delay;
}

/** ∫ₜᵘ (u − x)·f(x) dx: for how long a job that ends between two polls is done unnoticed. */
function delayWithin(model: DurationModel, age: number, seconds: number): number {
  const now = progressAt(model, age);
  return progressAt(model, age + seconds).doneFor - now.doneFor - now.done * seconds;
}

/** Where a condition that holds at first ceases to hold; the upper end if it never does. */
function boundary(from: number, to: number, holds: (value: number) => boolean): number {
  let [lower, upper] = [from, to];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (lower + upper) / 2;
    if (holds(middle)) lower = middle;
    else upper = middle;
  }
  return upper;
}
