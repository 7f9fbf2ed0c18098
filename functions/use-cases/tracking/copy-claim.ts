import type { CopyClaim } from "#archive/copy/copy-run.ts";
import { CopyOvertaken } from "#archive/errors.ts";
import type { CompanionRole } from "#domain/job/companion.ts";
import { pendingCompanion, withCompanion } from "#domain/job/companion-changes.ts";
import type { Job } from "#domain/job/job.ts";
import type { JobDependencies } from "./dependencies.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

/** A run's claim on a file's place in the bucket. */
export interface RunClaim extends CopyClaim {
  /** Whether this run may still be recorded: nobody has claimed the place after it. */
  stands(current: Job): boolean;
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
  const before = file.claims(begun);
  let claims = before;
  const stands = (current: Job) =>
    file.isOpen(current) &&
    current.execution === begun.execution &&
    file.claims(current) === claims;
  const counted = whileOwnedBy(begun.execution, (current) =>
    file.isOpen(current) ? file.withClaim(current) : current,
  );
  return {
    stands,
    async latest(read: Job) {
      return claims === before ? read : ((await store.get(read.videoModelId)) ?? read);
    },
    async toReplace() {
      const claimed = await updateJob(store, begun, counted);
      claims = file.claims(claimed);
      if (!stands(claimed)) {
        throw new CopyOvertaken("another run has archived this file meanwhile, or nobody is to");
      }
    },
  };
}
