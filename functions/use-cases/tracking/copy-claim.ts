import type { CopyClaim } from "#archive/copy/copy-run.ts";
import { CopyOvertaken } from "#archive/errors.ts";
import type { CompanionRole } from "#domain/job/companion.ts";
import { pendingCompanion, withCompanion } from "#domain/job/companion-changes.ts";
import type { Job } from "#domain/job/job.ts";
import type { JobDependencies } from "./dependencies.ts";
import { updateJob } from "./update-job.ts";

/** A run's claim on a file's place in the bucket. */
export interface RunClaim extends CopyClaim {
  /** Whether this run may still be recorded: nobody has claimed the place after it. */
  stands(current: Job): boolean;
  /**
   * Called before the sidecar of another run is replaced, once this run's own file is stored.
   *
   * @throws CopyOvertaken if another run has claimed the place since, and may have replaced that file
   */
  toReplaceSidecar(): Promise<void>;
  /** The current record, read again if this run has made a claim. */
  latest(read: Job): Promise<Job>;
}

type ClaimDependencies = Pick<JobDependencies, "store">;

/** Where the record counts the claims on a file. */
interface ClaimedFile {
  /** Whether the file is still to be archived. */
  isOpen(job: Job): boolean;
  claims(job: Job): number;
  withClaim(job: Job): Job;
}

const VIDEO: ClaimedFile = {
  isOpen: ({ status }) => status === "completed",
  claims: ({ copyClaims = 0 }) => copyClaims,
  withClaim: (job) => ({ ...job, copyClaims: (job.copyClaims ?? 0) + 1 }),
};

/**
 * Keeps record, sidecar and bucket in agreement. A run that finds no object stores its own on the
 * condition that there still is none. A run that finds one raises `copyClaims` on the record before
 * it replaces exactly that object, which is possible only while the job is still to be archived. A
 * run is recorded only if nobody has claimed the place after it. So the object of a recorded run
 * cannot be replaced: an earlier claim would have kept the run from being recorded, and later ones
 * are refused. Decision 0056.
 *
 * @param begun the record that counts this run (decision 0044)
 */
export function claimOf(dependencies: ClaimDependencies, begun: Job): RunClaim {
  const claim = claimOn(dependencies, begun, VIDEO);
  return { ...claim, first: begun.copyRuns === 1, storedCut: begun.doubtful };
}

/** The same for the place of a companion, whose entry on the record counts its runs and claims. */
export function companionClaimOf(
  dependencies: ClaimDependencies,
  begun: Job,
  role: CompanionRole,
): RunClaim {
  const claim = claimOn(dependencies, begun, companionFile(role));
  const entry = pendingCompanion(begun, role);
  return { ...claim, first: entry?.copyRuns === 1, storedCut: entry?.doubtful };
}

function companionFile(role: CompanionRole): ClaimedFile {
  const entryOf = (job: Job) => pendingCompanion(job, role);
  return {
    isOpen: (job) =>
      (job.status === "completed" || job.status === "archived") && entryOf(job) !== undefined,
    claims: (job) => entryOf(job)?.copyClaims ?? 0,
    withClaim(job) {
      const entry = entryOf(job);
      const copyClaims = (entry?.copyClaims ?? 0) + 1;
      return entry === undefined ? job : withCompanion(job, { ...entry, copyClaims });
    },
  };
}

function claimOn({ store }: ClaimDependencies, begun: Job, file: ClaimedFile) {
  // With this run's last claim: an older record would not show that its claim stands.
  let known = begun;
  const isMine = (current: Job) => file.isOpen(current) && current.execution === begun.execution;
  const stands = (current: Job) => isMine(current) && file.claims(current) === file.claims(known);
  const claimWhere = async (mayClaim: (current: Job) => boolean) => {
    let isClaimed = false;
    const written = await updateJob(store, known, (current) => {
      isClaimed = mayClaim(current);
      return isClaimed ? file.withClaim(current) : current;
    });
    if (!isClaimed) {
      throw new CopyOvertaken("another run has archived this file meanwhile, or nobody is to");
    }
    known = written;
  };
  return {
    stands,
    async latest(read: Job) {
      return known === begun ? read : ((await store.get(read.videoModelId)) ?? read);
    },
    toReplace: () => claimWhere(isMine),
    // A claim over that of another run would hide that it may have replaced the stored file.
    toReplaceSidecar: () => claimWhere(stands),
  };
}
