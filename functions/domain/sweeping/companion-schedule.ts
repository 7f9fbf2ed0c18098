import { areUntold, type Companioned, nextAskAt } from "#domain/job/companion-work.ts";
import { nextSweep } from "./sweep-schedule.ts";

/**
 * When the sweeper next sees to the companions of an archived job: after a pause that doubles with
 * each run for them, as for a video, and when AKOOL is to be asked for more.
 *
 * @param now epoch milliseconds
 * @returns epoch milliseconds
 */
export function nextCompanionSweep(
  job: Companioned & { companionRuns?: number | undefined },
  now: number,
): number {
  const { companionRuns = 0, videoExpiresAt } = job;
  const pauseEnd = nextSweep(
    { status: "archived", attempt: companionRuns + 1, videoExpiresAt },
    now,
  );
  const askAt = nextAskAt(job);
  if (askAt === undefined || askAt <= now) return pauseEnd;
  return areUntold(job) ? Math.min(pauseEnd, askAt) : askAt;
}
