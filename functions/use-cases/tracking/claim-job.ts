import { stateMachineOf } from "#aws/arns.ts";
import type { Executions } from "#aws/executions.ts";
import { retryOnConflict } from "#aws/versioned-write.ts";
import { mayBeginAgain } from "#domain/job/begin-again.ts";
import { acceptAgain, acceptJob, type Job, type NewAttempt } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";
import type { TrackingRequest } from "#domain/job/tracking-request.ts";
import type { JobDependencies } from "./dependencies.ts";

/** `owned`: this execution follows the job. `duplicate`: there is nothing for it to do. */
export interface Claim {
  kind: "owned" | "duplicate";
  job: Job;
}

interface ClaimDependencies extends Pick<JobDependencies, "store" | "now"> {
  executions: Executions;
}

/**
 * Decides which execution follows a job: the first one to write its ARN to the record. A later one
 * takes over only when the owner is dead, or the job has ended in a way that another attempt can
 * mend. A cancellation also holds against executions that were started before it and check the job
 * later.
 *
 * @param startedAt epoch milliseconds at which the execution was started, if that is known
 * @throws VersionConflict when other writers win ten times in a row
 */
export async function claimJob(
  dependencies: ClaimDependencies,
  request: TrackingRequest,
  execution: string,
  defaultDeadlineHours: number,
  startedAt?: number,
): Promise<Claim> {
  const attempt: NewAttempt = { request, execution, now: dependencies.now(), defaultDeadlineHours };
  return retryOnConflict(() => tryClaim(dependencies, attempt, startedAt));
}

async function tryClaim(
  { store, executions }: ClaimDependencies,
  attempt: NewAttempt,
  startedAt: number | undefined,
): Promise<Claim> {
  const known = await store.get(attempt.request.videoModelId);
  if (known === undefined) return { kind: "owned", job: await store.create(acceptJob(attempt)) };
  if (known.execution === attempt.execution) return { kind: "owned", job: known };
  const asked = { by: "request", at: startedAt, now: attempt.now } as const;
  if (!mayBeginAgain(known, asked)) return { kind: "duplicate", job: known };
  if (!isEnded(known.status) && (await isAlive(executions, known.execution, attempt.execution))) {
    return { kind: "duplicate", job: known };
  }
  return { kind: "owned", job: await store.replace(known, acceptAgain(known, attempt)) };
}

/** An execution of a replaced machine is dead, and IAM does not let us ask about it. */
async function isAlive(executions: Executions, owner: string, claimant: string) {
  return stateMachineOf(owner) === stateMachineOf(claimant) && (await executions.isRunning(owner));
}
