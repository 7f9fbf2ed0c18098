import { type Job, toIso, withFault } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";
import type { TrackingRequest } from "#domain/job/tracking-request.ts";
import { redactText } from "#domain/text/redaction.ts";
import type { AcceptDependencies } from "./dependencies.ts";
import { findOrAccept } from "./find-or-accept.ts";
import { publishDueChanges } from "./publish-due-changes.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

/** How an execution of the machine ended, as Step Functions reports it. */
export interface ExecutionEnd {
  request: TrackingRequest;
  executionArn: string;
  status: "FAILED" | "TIMED_OUT" | "ABORTED";
  error: string | undefined;
  cause: string | undefined;
}

/**
 * Tidies up after an execution that failed, timed out or was aborted: records the reason, and
 * publishes what the execution no longer could. (The job itself is free for another execution as
 * soon as its owner is dead.) If the execution died before its first check, a record is made, so
 * that the job can be found and begun again. Safe to repeat.
 */
export async function onExecutionEnded(
  dependencies: AcceptDependencies,
  end: ExecutionEnd,
): Promise<void> {
  const job = await findOrAccept(dependencies, end.request, end.executionArn);
  if (job.execution !== end.executionArn) return;
  const explained = await updateJob(
    dependencies.store,
    job,
    whileOwnedBy(end.executionArn, (current) => withReason(current, end, dependencies.now())),
  );
  // A cancellation, or a fault that RecordFault has logged, is not logged again.
  if (
    explained.fault?.execution === end.executionArn &&
    job.fault?.execution !== end.executionArn
  ) {
    const { status, error } = end;
    dependencies.log.warn("put the end of the execution on record", { status, error });
  }
  await publishDueChanges(dependencies, explained);
}

function withReason(job: Job, end: ExecutionEnd, now: number): Job {
  // RecordFault knows the fault better, and a job that has ended has no fault.
  if (isEnded(job.status) || job.fault?.execution === end.executionArn) return job;
  const fault = {
    execution: end.executionArn,
    code: end.error ?? end.status,
    reason: redactText(end.cause ?? `the execution ended ${end.status}`),
    at: toIso(now),
  };
  return withFault(job, fault, now);
}
