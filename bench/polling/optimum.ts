import type { Distribution } from "./distributions.ts";

/** What jobs cost on average. */
interface Fare {
  polls: number;
  delaySeconds: number;
}

/** Where the ages that a poll may have lie: whole seconds at first, a thousandth apart from 2,000 s on. */
const END_SECONDS = 86_400;
const GRID = grid();

/**
 * The fewest polls that any schedule can have at this mean delay, if it knows the distributions.
 * Jobs come from all of them alike, each with a schedule of its own, under one price of a poll.
 *
 * The schedules that a price makes best are the convex hull of all that can be; between two of
 * them the line between is best.
 */
export function fewestPolls(distributions: readonly Distribution[], delaySeconds: number): number {
  const tables = distributions.map(tableOf);
  const fareAt = (price: number) => mean(tables.map((table) => bestFare(table, price)));
  let [low, high] = [0.01, 10_000];
  for (let halving = 0; halving < 30; halving++) {
    const price = Math.sqrt(low * high);
    if (fareAt(price).delaySeconds > delaySeconds) high = price;
    else low = price;
  }
  const [prompt, late] = [fareAt(low), fareAt(high)];
  const span = late.delaySeconds - prompt.delaySeconds;
  const share = span === 0 ? 0 : (delaySeconds - prompt.delaySeconds) / span;
  return prompt.polls + share * (late.polls - prompt.polls);
}

interface Table {
  /** The share of jobs that are done at each age of the grid, and its integral. */
  done: Float64Array;
  doneFor: Float64Array;
}

/**
 * Dynamic programming from the end: from a poll at each age, the best age of the next one, where a
 * poll costs as much as `price` seconds of delay and is paid by the jobs that are not done.
 */
function bestFare({ done, doneFor }: Table, price: number): Fare {
  const last = GRID.length - 1;
  const cost = new Float64Array(GRID.length);
  const next = new Int32Array(GRID.length);
  for (let from = last - 1; from >= 0; from--) {
    const poll = price * (1 - at(done, from));
    let best = Number.POSITIVE_INFINITY;
    for (let to = from + 1; to <= last; to++) {
      const spent = poll + delayBetween({ done, doneFor }, from, to);
      if (spent > best) break;
      if (spent + at(cost, to) >= best) continue;
      best = spent + at(cost, to);
      next[from] = to;
    }
    cost[from] = best;
  }
  const fare = { polls: 0, delaySeconds: 0 };
  for (let from = 0; from < last; from = at(next, from)) {
    fare.polls += 1 - at(done, from);
    fare.delaySeconds += delayBetween({ done, doneFor }, from, at(next, from));
  }
  return fare;
}

/** How long the jobs that end between two polls are done unnoticed, a job on average. */
function delayBetween({ done, doneFor }: Table, from: number, to: number): number {
  const seconds = at(GRID, to) - at(GRID, from);
  return at(doneFor, to) - at(doneFor, from) - at(done, from) * seconds;
}

function tableOf(distribution: Distribution): Table {
  const done = GRID.map((age) => distribution.doneBy(age));
  done[GRID.length - 1] = 1;
  const doneFor = new Float64Array(GRID.length);
  for (let index = 1; index < GRID.length; index++) {
    const share = (at(done, index) + at(done, index - 1)) / 2;
    doneFor[index] = at(doneFor, index - 1) + share * (at(GRID, index) - at(GRID, index - 1));
  }
  return { done, doneFor };
}

function grid(): Float64Array {
  const ages = [0];
  for (let age = 0; age < END_SECONDS; ages.push(age)) age += Math.max(1, Math.floor(age * 0.001));
  return Float64Array.from(ages);
}

function mean(fares: readonly Fare[]): Fare {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    polls: sum(fares.map(({ polls }) => polls)) / fares.length,
    delaySeconds: sum(fares.map(({ delaySeconds }) => delaySeconds)) / fares.length,
  };
}

/** The element exists: every index comes from the loops above. */
function at(values: Float64Array | Int32Array, index: number): number {
  return values[index] ?? Number.NaN;
}
