import type { Companion } from "./companion.ts";
import { audioSplits, namesEveryCompanion } from "./named-companions.ts";
import type { AkoolFields } from "./observation.ts";

const MINUTE_MS = 60_000;

/**
 * When AKOOL is asked once more for companions that it had not named when the video was archived, in
 * milliseconds after that. Ours: AKOOL does not say whether any come later. Decision 0077.
 */
const ASK_AFTER_MS = [15 * MINUTE_MS, 6 * 60 * MINUTE_MS] as const;

/** The fields of a job that say what is left to do about its companions. */
export interface Companioned {
  akool?: AkoolFields | undefined;
  companions?: readonly Companion[] | undefined;
  companionsToldAt?: string | undefined;
  companionAsks?: number | undefined;
  archive?: { archivedAt: string } | undefined;
  videoExpiresAt: string;
}

/**
 * Whether something is left to do about the companions of an archived job: to copy them, to tell of
 * them, or to ask AKOOL for more.
 *
 * @param now epoch milliseconds
 */
export function areCompanionsOpen(job: Companioned, now: number): boolean {
  return areUntold(job) || (nextAskAt(job) !== undefined && now < Date.parse(job.videoExpiresAt));
}

/** The same, if it is to be done now. */
export function areCompanionsDue(job: Companioned, now: number): boolean {
  return areUntold(job) || isAskDue(job, now);
}

/** Whether the sidecar, and an event, are still to tell what became of the companions. */
export function areUntold({ companions, companionsToldAt }: Companioned): boolean {
  return companions !== undefined && companionsToldAt === undefined;
}

/** Whether AKOOL is to be asked now for companions that it has not named so far. */
export function isAskDue(job: Companioned, now: number): boolean {
  const at = nextAskAt(job);
  return at !== undefined && at <= now && now < Date.parse(job.videoExpiresAt);
}

/**
 * Epoch milliseconds at which AKOOL is asked next for companions that it has not named so far.
 *
 * @returns undefined if it is not asked (any more)
 */
export function nextAskAt(job: Companioned): number | undefined {
  const after = ASK_AFTER_MS[job.companionAsks ?? 0];
  if (after === undefined || job.archive === undefined || !mayNameMore(job.akool)) return undefined;
  const at = Date.parse(job.archive.archivedAt) + after;
  return at < Date.parse(job.videoExpiresAt) ? at : undefined;
}

/**
 * Whether the job's product has companions, and AKOOL has not named all of them: it has answered with
 * `audio_splits`, or with fields that only video translation is documented to have.
 */
export function mayNameMore(akool: AkoolFields | undefined): boolean {
  const hasCompanions =
    audioSplits(akool) !== undefined ||
    typeof akool?.progress === "number" ||
    typeof akool?.deduction_duration === "number";
  return hasCompanions && !namesEveryCompanion(akool);
}
