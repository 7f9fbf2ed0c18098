import type { Callers } from "./callers.ts";
import { redriveDeadLetters } from "./dead-letters.ts";
import type { Playing } from "./playing.ts";

/** A video is given up 14 days after its completion at the latest, whatever has kept us from it. */
const PATIENCE_MS = 16 * 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Lets the world come to rest: the faults have ceased, the sweeper goes on, whatever runs runs to its
 * end, and an operator redrives dead letters and settles the submissions that only a person can
 * settle. He does nothing else.
 *
 * @returns false when there is always something left to do
 */
export async function comeToRest(playing: Playing, callers: Callers): Promise<boolean> {
  const { clock } = playing.world;
  const until = clock.now() + PATIENCE_MS;
  while (clock.now() < until) {
    await clock.runUntil(untilQuiet(playing));
    const settled = await clock.runUntil(operate(playing, callers));
    if (!settled && playing.ledger.sweepAt.size === 0) return true;
    const wait = Math.max(playing.ledger.nextSweep() - clock.now(), 5 * MINUTE_MS);
    await clock.runUntil(playing.sleep(settled ? MINUTE_MS : Math.min(wait, PATIENCE_MS)));
  }
  return false;
}

async function untilQuiet(playing: Playing): Promise<void> {
  for (;;) {
    await playing.router.idle();
    const executions = await playing.executions();
    const running = executions.filter(({ status }) => status === "RUNNING");
    if (running.length === 0) return;
    await Promise.all(running.map(({ executionArn }) => playing.engine.ended(executionArn)));
  }
}

/** @returns whether an operator had anything to do */
async function operate(playing: Playing, callers: Callers): Promise<boolean> {
  const hasSettled = await settleSubmissions(playing, callers);
  // Asking an empty queue takes time as well.
  const letters = playing.ledger.counts.get("dead letter") ?? 0;
  const hasRedriven = letters > 0 && (await redriveDeadLetters(playing));
  return hasSettled || hasRedriven;
}

/** Submissions of which only a person can say what became of them, with AKOOL's books at hand. */
async function settleSubmissions(playing: Playing, callers: Callers): Promise<boolean> {
  let settled = false;
  for (const key of callers.swapKeys) {
    const submission = await callers.entryPoints.api(`GET /character-swaps/${key}`);
    if (submission.body.state === "submitting") settled = true;
    if (submission.body.state !== "submit_unknown") continue;
    settled = true;
    const creation = playing.ledger.creations.find(({ idempotencyKey }) => idempotencyKey === key);
    playing.ledger.count("submission settled by the operator");
    const settlement =
      creation === undefined ? { release: true } : { videoModelId: creation.videoModelId };
    await callers.entryPoints.api(`POST /character-swaps/${key}/settlement`, settlement);
    // Whoever wanted the video asks for it again.
    if (creation === undefined) await callers.createSwap(key);
  }
  return settled;
}
