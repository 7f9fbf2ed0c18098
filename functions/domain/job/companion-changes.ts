import { nextCompanionSweep } from "#domain/sweeping/companion-schedule.ts";
import { nextSweep } from "#domain/sweeping/sweep-schedule.ts";
import { cutText } from "#domain/text/cut-text.ts";
import type { StoredFile } from "./archived-file.ts";
import type { Companion, CompanionRole, PendingCompanion } from "./companion.ts";
import { givenUp, triedAgain } from "./companion-state.ts";
import { areCompanionsOpen } from "./companion-work.ts";
import type { FailureParty } from "./failure.ts";
import { type Job, lastChange, PUBLISHING_MS, sweptAgain, toIso, withoutFault } from "./job.ts";
import { audioSplits, namedCompanions } from "./named-companions.ts";
import type { AkoolFields } from "./observation.ts";
import { goneAt, isBeyondHope, isProof, oneMorePiece } from "./video-loss.ts";

/** Bytes of UTF-8 of a reason; a record holds three. */
export const COMPANION_REASON_BYTES = 500;

/** A companion that is still to be archived. */
export function pendingCompanion(
  { companions }: Job,
  role: CompanionRole,
): PendingCompanion | undefined {
  const found = companions?.find((companion) => companion.role === role);
  return found?.state === "pending" ? found : undefined;
}

/** The job with one companion as it has become. */
export function withCompanion(job: Job, changed: Companion): Job {
  const companions = (job.companions ?? []).map((companion) =>
    companion.role === changed.role ? changed : companion,
  );
  return { ...job, companions };
}

/** The job with one more run that begins to copy each companion that is pending. */
export function withCompanionCopyRun(job: Job): Job {
  if (!job.companions?.some(({ state }) => state === "pending")) return job;
  const companions = job.companions.map((companion) =>
    companion.state === "pending"
      ? { ...companion, copyRuns: (companion.copyRuns ?? 0) + 1 }
      : companion,
  );
  return { ...job, companions };
}

/**
 * The job with what a later answer says of its companions: fresh addresses, and those that it names for
 * the first time. Everything else that is known stays.
 */
export function withFreshAddresses(job: Job, akool: AkoolFields): Job {
  const splits = audioSplits(akool);
  if (splits === undefined) return job;
  const known = audioSplits(job.akool);
  const merged = { ...job.akool, audio_splits: { ...known, ...splits } };
  const companions = namedCompanions(job.companions, merged);
  const isNew = companions?.length !== job.companions?.length;
  if (!isNew && JSON.stringify(known) === JSON.stringify(merged.audio_splits)) return job;
  const { companionsToldAt, ...kept } = job;
  const told = isNew || companionsToldAt === undefined ? {} : { companionsToldAt };
  return { ...kept, ...told, akool: merged, ...(companions && { companions }) };
}

/** The job with a later answer in place of the one that it has, and of its companions what is known. */
export function withFreshAnswer(job: Job, akool: AkoolFields): Job {
  const named = withFreshAddresses(job, akool);
  const splits = audioSplits(named.akool);
  return { ...named, akool: { ...akool, ...(splits && { audio_splits: splits }) } };
}

/** A run that has not archived a companion. */
export interface FailedTry {
  reason: string;
  /** Whose fault it is; only a refusal by the source is evidence that the file is gone. */
  party: FailureParty;
  /** A cut file that it has kept. */
  doubtful?: StoredFile | undefined;
}

/**
 * The job after a run that has not archived a companion. It is given up once its source has refused it
 * three times over six hours after AKOOL should have deleted it, as a video is (decision 0065).
 *
 * @param now epoch milliseconds
 */
export function withFailedTry(job: Job, role: CompanionRole, failed: FailedTry, now: number): Job {
  const before = pendingCompanion(job, role);
  if (before === undefined) return job;
  const gone = goneAt(job);
  const isEvidence = failed.party === "source" && now >= gone;
  const reason = cutText(failed.reason, COMPANION_REASON_BYTES);
  const companion: PendingCompanion = {
    ...before,
    reason,
    ...(isEvidence ? { lossEvidence: oneMorePiece(before.lossEvidence, gone, now) } : {}),
    ...(failed.doubtful === undefined ? {} : { doubtful: failed.doubtful }),
  };
  const isLost = isProof(companion.lossEvidence, gone, now) || isBeyondHope(job, now);
  if (isLost) return withCompanion(job, givenUp(companion, reason, toIso(now)));
  return JSON.stringify(companion) === JSON.stringify(before) ? job : withCompanion(job, companion);
}

/**
 * The archived job once sidecar and event have told what became of all its companions. The sweeper
 * visits it once more, to delete what their copies may have left, or to have AKOOL asked for more.
 *
 * @param now epoch milliseconds
 */
export function withCompanionsTold(job: Job, now: number): Job {
  const isPending = job.companions?.some(({ state }) => state === "pending");
  if (isPending || job.companions === undefined || job.companionsToldAt !== undefined) return job;
  // From now on the record may be deleted after its time.
  return sweptNext({ ...job, companionsToldAt: toIso(now), updatedAt: toIso(now) }, now);
}

/** The archived job after AKOOL was asked once more for companions that it had not named. */
export function withCompanionAsk(job: Job, now: number): Job {
  return sweptNext({ ...job, companionAsks: (job.companionAsks ?? 0) + 1 }, now);
}

/**
 * The archived job when an execution is about to be started for its companions alone. It owns the
 * record from now on, and changes neither status nor attempt.
 *
 * @param execution its ARN
 */
export function withCompanionRun(job: Job, execution: string, now: number): Job {
  const companionRuns = (job.companionRuns ?? 0) + 1;
  return sweptNext({ ...withoutFault(job), execution, companionRuns }, now);
}

/** The archived job with the companions that were given up to be tried again; a person asks for it. */
export function withCompanionsTriedAgain(job: Job): Job {
  const { companionsToldAt: _told, companions = [], ...kept } = job;
  return { ...kept, companions: triedAgain(companions) };
}

function sweptNext(job: Job, now: number): Job {
  const swept = sweptAgain(job, now);
  const next = areCompanionsOpen(job, now) ? nextCompanionSweep(job, now) : nextSweep(job, now);
  const isPublished = job.publishedSeq >= lastChange(job).seq;
  return { ...swept, sweepAt: toIso(isPublished ? next : Math.min(next, now + PUBLISHING_MS)) };
}
