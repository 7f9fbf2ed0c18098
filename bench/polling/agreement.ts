import { openInterpreter } from "./interpreter.ts";
import type { Trial } from "./learning.ts";
import type { Named } from "./measure.ts";
import { type Outcome, simulate } from "./simulate.ts";

/** The interpreter and the simulation disagree on a job, so the figures would be wrong. */
class Disagreement extends Error {
  override readonly name = "Disagreement";
}

/** Jobs of each trial that are run through the interpreter under each strategy. */
const SAMPLE = 4;

/** Webhooks come in whole milliseconds. */
const TOLERANCE_SECONDS = 0.001;

/** Checks the simulation against the interpreter, job by job. */
export async function openAgreement() {
  const interpret = await openInterpreter();
  return {
    /**
     * @returns how many jobs were compared
     * @throws Disagreement
     */
    async check({ name, strategy }: Named, { jobs }: Trial): Promise<number> {
      const sample = jobs.filter(({ index }) => index % Math.floor(jobs.length / SAMPLE) === 0);
      for (const job of sample) {
        const [simulated, counted] = [simulate(strategy, job), await interpret(strategy, job)];
        if (agree(simulated, counted)) continue;
        const both = JSON.stringify({ simulated, counted });
        throw new Disagreement(`${name}, job ${job.index} of ${job.durationSeconds} s: ${both}`);
      }
      return sample.length;
    },
  };
}

function agree(one: Outcome, other: Outcome): boolean {
  return (
    one.polls === other.polls &&
    one.transitions === other.transitions &&
    Math.abs(one.delaySeconds - other.delaySeconds) <= TOLERANCE_SECONDS
  );
}
