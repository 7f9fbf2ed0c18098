import type { CopyClaim } from "#archive/copy/copy-run.ts";
import { CopyOvertaken } from "#archive/errors.ts";
import type { Job } from "#domain/job/job.ts";
import type { JobDependencies } from "./dependencies.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

/** A run's claim on the video's place in the bucket. */
export interface RunClaim extends CopyClaim {
  /** Whether this run may still be recorded: nobody has claimed the place after it. */
  stands(current: Job): boolean;
  /** The current record, read again if this run has made a claim. */
  latest(read: Job): Promise<Job>;
}

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
export function claimOf({ store }: Pick<JobDependencies, "store">, begun: Job): RunClaim {
  const before = begun.copyClaims ?? 0;
  let claims = before;
  const stands = (current: Job) =>
    current.status === "completed" &&
    current.execution === begun.execution &&
    (current.copyClaims ?? 0) === claims;
  const counted = whileOwnedBy(begun.execution, (current) =>
    current.status === "completed"
      ? { ...current, copyClaims: (current.copyClaims ?? 0) + 1 }
      : current,
  );
  return {
    first: begun.copyRuns === 1,
    storedCut: begun.doubtful,
    stands,
    async latest(read) {
      return claims === before ? read : ((await store.get(read.videoModelId)) ?? read);
    },
    async toReplace() {
      const claimed = await updateJob(store, begun, counted);
      claims = claimed.copyClaims ?? 0;
      if (!stands(claimed)) {
        throw new CopyOvertaken("another run has archived this video meanwhile, or nobody is to");
      }
    },
  };
}
