import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { synthesize } from "#local/stack/synthesize.ts";
import { type Batch, type Broken, merge, type Outcome, type Tally } from "./run-histories.ts";

const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));

/** Histories that one seed gives; whatever the number of processes, the histories are the same. */
const BATCH_RUNS = 25;

/** Then another one takes over: what its histories put into tables stays in memory, some 3 MB each. */
const BATCHES_A_WORKER = 8;

export interface Summary {
  runs: number;
  tally: Tally;
  broken: readonly Broken[];
}

/** Plays all histories, on every processor. Stops handing out work once an invariant was broken. */
export async function playAll(
  runs: number,
  seed: number,
  onProgress: (played: number) => void,
): Promise<Summary> {
  // Once, and not by every worker at the same time.
  await synthesize();
  const batches = batchesOf(runs, seed);
  const broken: Broken[] = [];
  const tally: Tally = {};
  let played = 0;
  const take = () => (broken.length > 0 ? undefined : batches.shift());
  const workers = Math.min(availableParallelism(), batches.length);
  await Promise.all(
    Array.from({ length: workers }, () =>
      work(take, (outcome) => {
        played += outcome.runs;
        merge(tally, outcome.tally);
        if (outcome.broken !== undefined) broken.push(outcome.broken);
        onProgress(played);
      }),
    ),
  );
  return { runs: played, tally, broken };
}

/** The n-th batch has the seed S + n. */
function batchesOf(runs: number, seed: number): Batch[] {
  return Array.from({ length: Math.ceil(runs / BATCH_RUNS) }, (_, index) => ({
    seed: (seed + index) % 2 ** 31,
    runs: Math.min(BATCH_RUNS, runs - index * BATCH_RUNS),
  }));
}

async function work(take: () => Batch | undefined, onOutcome: (outcome: Outcome) => void) {
  for (let batch = take(); batch !== undefined; batch = take()) {
    await withWorker(async (played) => {
      for (let count = 1; batch !== undefined; count++) {
        onOutcome(await played(batch));
        if (count === BATCHES_A_WORKER) return;
        batch = take();
      }
    });
  }
}

async function withWorker(use: (played: (batch: Batch) => Promise<Outcome>) => Promise<void>) {
  // Histories make much garbage that is soon dead.
  const worker = fork(WORKER, { execArgv: ["--max-semi-space-size=64"] });
  try {
    await answerOf(worker);
    await use(async (batch) => {
      worker.send(batch);
      return (await answerOf(worker)) as Outcome;
    });
  } finally {
    worker.kill();
  }
}

/** A worker that ends without an answer has failed; what it wrote tells why. */
async function answerOf(worker: ChildProcess): Promise<unknown> {
  const answered = new AbortController();
  const { signal } = answered;
  const gone = once(worker, "exit", { signal }).then(([code]) => {
    throw new Error(`a worker ended with status ${code}`);
  });
  try {
    const [answer] = await Promise.race([once(worker, "message", { signal }), gone]);
    return answer;
  } finally {
    answered.abort();
  }
}
