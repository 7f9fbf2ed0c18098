import { isEnded } from "#domain/job-status.ts";
import type { Callers } from "./callers.ts";
import type { Playing } from "./play.ts";

/** More rounds than any history needs: a world that is not at rest by then never will be. */
const MAX_ROUNDS = 12;

/**
 * Lets the world come to rest: the faults have ceased, an operator does what `docs/operations.md`
 * tells him, and whatever still runs runs to its end.
 *
 * @returns false when there is always something left to do
 */
export async function comeToRest(playing: Playing, callers: Callers): Promise<boolean> {
  const { world } = playing;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await world.clock.runUntil(untilQuiet(playing));
    const acted = await world.clock.runUntil(operate(playing, callers));
    if (!acted) return true;
  }
  return false;
}

async function untilQuiet(playing: Playing): Promise<void> {
  for (;;) {
    const running = await runningExecutions(playing);
    if (running.length === 0) break;
    await Promise.all(running.map(({ executionArn }) => playing.engine.settled(executionArn)));
    await playing.router.idle();
  }
  await playing.router.idle();
}

async function runningExecutions(playing: Playing) {
  return (await playing.executions()).filter(({ status }) => status === "RUNNING");
}

/** @returns whether there was anything to do */
async function operate(playing: Playing, callers: Callers): Promise<boolean> {
  const settled = await settleSubmissions(playing, callers);
  const restarted = await restartStranded(playing, callers);
  return settled || restarted;
}

/** Jobs that should be moving and are not. */
async function restartStranded(playing: Playing, { doors }: Callers): Promise<boolean> {
  let restarted = false;
  const jobs = await playing.world.clock.runReal(() => playing.readJobs());
  for (const job of jobs.values()) {
    if (isEnded(job.status) && job.fault === undefined) continue;
    playing.ledger.count("restarted by the operator");
    restarted = true;
    await doors.api("POST /jobs", { videoModelId: job.videoModelId });
  }
  return restarted;
}

/** Submissions of which only a person can say what became of them, with AKOOL's books at hand. */
async function settleSubmissions(playing: Playing, { doors, swapKeys }: Callers) {
  let settled = false;
  for (const key of swapKeys) {
    const submission = await doors.api(`GET /character-swaps/${key}`);
    if (submission.body.state !== "submit_unknown") continue;
    settled = true;
    const creation = playing.ledger.creations.find(({ idempotencyKey }) => idempotencyKey === key);
    playing.ledger.count("submission settled by the operator");
    await doors.api(
      `POST /character-swaps/${key}/settlement`,
      creation === undefined ? { release: true } : { videoModelId: creation.videoModelId },
    );
  }
  return settled;
}
