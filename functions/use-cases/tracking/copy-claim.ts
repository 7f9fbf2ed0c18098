import type { CopyClaim } from "#archive/copy/copy-run.ts";
import { CopyOvertaken } from "#archive/errors.ts";
import type { Job } from "#domain/job/job.ts";
import type { JobDependencies } from "./dependencies.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

/** A run's claim on the video's place in the bucket, and what came of it. */
export interface RunClaim extends CopyClaim {
  /** Whether the job is still to be archived by this run: nobody has claimed the place after it. */
  stands(current: Job): boolean;
  /** The record, which is another one than was read if it has been claimed since. */
  latest(read: Job): Promise<Job>;
}

/**
 * Why record, sidecar and bucket agree. A run that begins where nothing is stores its object on the
 * condition that there is still nothing. One that finds an object counts `copyClaims` up on the record
 * before it may replace just that object, and can do so only while the job is still to be archived. A
 * run is recorded only if nobody has claimed the place after it. So whoever is recorded knows that what
 * it has stored cannot be replaced: a claim before it would have kept it from being recorded, and there
 * is none after it.
 *
 * @param begun the record that counts this run
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
