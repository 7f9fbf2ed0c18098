import type { TrackingExecutions } from "#aws/executions.ts";
import { retryOnConflict, VersionConflict } from "#aws/versioned-write.ts";
import { type Asked, type Asker, mayBeginAgain } from "#domain/job/begin-again.ts";
import { acceptAgain, acceptJob, type Job } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";
import type { FollowRequest } from "#domain/job/tracking-request.ts";
import type { AcceptDependencies } from "#use-cases/tracking/dependencies.ts";
import { publishOverdueChanges } from "#use-cases/tracking/publish-due-changes.ts";

export interface Submitted {
  job: Job;
  /** Whether this call has started an attempt; false when the job was followed or safe already. */
  started: boolean;
}

export interface SubmitDependencies extends AcceptDependencies {
  executions: TrackingExecutions;
}

/**
 * Starts following a job. The record is written first and names the execution that is about to
 * start; that name follows from job and attempt. So concurrent callers start exactly one execution,
 * and the next caller repairs a crash between record and start. Decision 0015.
 *
 * @param asker who asks, which decides whether a job that nobody follows any more begins again
 * @throws VersionConflict when other writers win ten times in a row
 */
export async function submitJob(
  dependencies: SubmitDependencies,
  request: FollowRequest,
  asker: Asker = "request",
): Promise<Submitted> {
  const asked = { by: asker, at: dependencies.now() };
  return retryOnConflict(() => trySubmit(dependencies, request, asked));
}

async function trySubmit(
  dependencies: SubmitDependencies,
  request: FollowRequest,
  asked: Omit<Asked, "now">,
): Promise<Submitted> {
  const known = await dependencies.store.get(request.videoModelId);
  if (known === undefined) return beginFirst(dependencies, request);
  const state = isEnded(known.status)
    ? "ended"
    : await dependencies.executions.stateOf(known.execution);
  if (state === "unknown") return startRecorded(dependencies, known, false);
  if (state === "running" || !mayBeginAgain(known, { ...asked, now: dependencies.now() })) {
    // An ended job has no execution left to publish what is due.
    return {
      job: isEnded(known.status) ? await publishOverdueChanges(dependencies, known) : known,
      started: false,
    };
  }
  return beginAgain(dependencies, known, request);
}

async function beginFirst(
  dependencies: SubmitDependencies,
  request: FollowRequest,
): Promise<Submitted> {
  const job = await dependencies.store.create(acceptJob(attemptOf(dependencies, request, 1)));
  return startRecorded(dependencies, job, true);
}

/** A new attempt at a known job: the record changes its owner, then the execution starts. */
export async function beginAgain(
  dependencies: SubmitDependencies,
  known: Job,
  request: FollowRequest,
): Promise<Submitted> {
  const attempt = attemptOf(dependencies, request, known.attempt + 1);
  const job = await dependencies.store.replace(known, acceptAgain(known, attempt));
  return startRecorded(dependencies, job, true);
}

/**
 * @throws VersionConflict when an execution of this name has ended, so that the record is read
 *   again
 */
async function startRecorded(
  { executions }: SubmitDependencies,
  job: Job,
  started: boolean,
): Promise<Submitted> {
  const name = job.execution.slice(job.execution.lastIndexOf(":") + 1);
  if (await executions.start(name, job.videoModelId)) return { job, started };
  throw new VersionConflict(`execution ${name} has ended already`);
}

function attemptOf(
  { executions, now, defaultDeadlineHours }: SubmitDependencies,
  request: FollowRequest,
  attempt: number,
) {
  const execution = executions.arnOf(`${request.videoModelId}-${attempt}`);
  return { request, execution, now: now(), defaultDeadlineHours };
}
