import { VersionConflict } from "#aws/job-store.ts";
import { acceptAgain, acceptJob, type Job, type TrackingRequest } from "#domain/job.ts";
import { isEnded, isFinal } from "#domain/job-status.ts";
import type { JobApiPorts } from "./ports.ts";

/** Concurrent callers settle within a few rounds; more is a fault of ours. */
const MAX_TRIES = 10;

export interface Submitted {
  job: Job;
  /** Whether this call has started an attempt; false when the job was followed or safe already. */
  started: boolean;
}

type SubmitPorts = Pick<JobApiPorts, "store" | "executions" | "now" | "defaultDeadlineHours">;

/**
 * Has a job followed. The record comes first and names the execution that is about to start, whose
 * name follows from job and attempt: so concurrent callers start exactly one, and a crash between
 * record and start is healed by the next caller.
 *
 * @throws VersionConflict when other writers win ten times in a row
 */
export async function submitJob(ports: SubmitPorts, request: TrackingRequest): Promise<Submitted> {
  for (let tries = 1; ; tries++) {
    try {
      const submitted = await trySubmit(ports, request);
      if (submitted !== undefined) return submitted;
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
    }
    if (tries === MAX_TRIES) {
      throw new VersionConflict(`job ${request.videoModelId} is changed by others all the time`);
    }
  }
}

async function trySubmit(
  ports: SubmitPorts,
  request: TrackingRequest,
): Promise<Submitted | undefined> {
  const known = await ports.store.get(request.videoModelId);
  if (known === undefined) return beginFirst(ports, request);
  if (isFinal(known.status)) return { job: known, started: false };
  if (isEnded(known.status)) return beginAgain(ports, known, request);
  const state = await ports.executions.stateOf(known.execution);
  if (state === "running") return { job: known, started: false };
  if (state === "ended") return beginAgain(ports, known, request);
  return startRecorded(ports, known, false);
}

async function beginFirst(
  ports: SubmitPorts,
  request: TrackingRequest,
): Promise<Submitted | undefined> {
  const job = await ports.store.create(acceptJob(attemptOf(ports, request, 1)));
  return startRecorded(ports, job, true);
}

/** A new attempt at a job that is known: the record changes owner, then the execution starts. */
export async function beginAgain(
  ports: SubmitPorts,
  known: Job,
  request: TrackingRequest,
): Promise<Submitted | undefined> {
  const attempt = attemptOf(ports, request, known.attempt + 1);
  const job = await ports.store.replace(known, acceptAgain(known, attempt));
  return startRecorded(ports, job, true);
}

/** `undefined` when the name was used up by an execution that has ended: look again. */
async function startRecorded(
  { executions }: SubmitPorts,
  job: Job,
  started: boolean,
): Promise<Submitted | undefined> {
  const name = job.execution.slice(job.execution.lastIndexOf(":") + 1);
  return (await executions.start(name, job.videoModelId)) ? { job, started } : undefined;
}

function attemptOf(
  { executions, now, defaultDeadlineHours }: SubmitPorts,
  request: TrackingRequest,
  attempt: number,
) {
  const execution = executions.arnOf(`${request.videoModelId}-${attempt}`);
  return { request, execution, now: now(), defaultDeadlineHours };
}
