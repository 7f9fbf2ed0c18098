import { messageOfCause } from "#aws/lambda-cause.ts";
import { partyOf } from "#domain/job/archive-errors.ts";
import { toIso, withFault, withoutFault } from "#domain/job/job.ts";
import type { TrackingRequest } from "#domain/job/tracking-request.ts";
import { conclude } from "#domain/job/transition.ts";
import { quotedText } from "#domain/text/redaction.ts";
import { type ArchiveResult, JobUnknown } from "./archive-job.ts";
import type { AcceptDependencies } from "./dependencies.ts";
import { findOrAccept } from "./find-or-accept.ts";
import { publishDueChanges } from "./publish-due-changes.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

/** Step Functions' error output: `Cause` of a Lambda error is JSON text. */
interface StateError {
  Error: string;
  Cause: string;
}

export interface FailureInput {
  request: TrackingRequest;
  execution: string;
  error: StateError;
}

/**
 * Fails the execution once its reason is on the record. Thrown by the task itself and not by a Fail
 * state, because a redrive runs a task again but fails again at once in a Fail state.
 */
export class TrackingFault extends Error {
  override readonly name = "TrackingFault";
}

const MAX_REASON_LENGTH = 1_000;

/**
 * Records that a completed video could not be archived. An archived video stays archived; what is
 * missing beside it is on the record already.
 */
export async function recordArchiveFailure(
  dependencies: AcceptDependencies,
  { request, execution, error }: FailureInput,
): Promise<ArchiveResult> {
  const job = await dependencies.store.get(request.videoModelId);
  if (job === undefined) throw new JobUnknown(`no record of job ${request.videoModelId}`);
  const reason = reasonOf(error);
  const what = job.status === "archived" ? "companion files" : "the video";
  dependencies.log.warn(`${what} could not be archived`, { code: error.Error, reason });
  const fail = whileOwnedBy(execution, (current) =>
    current.status === "completed"
      ? conclude(current, "archive_failed", dependencies.now(), {
          code: error.Error,
          reason,
          party: partyOf(error.Error),
        })
      : current,
  );
  const { status } = await publishDueChanges(
    dependencies,
    await updateJob(dependencies.store, job, fail),
  );
  return { status };
}

/**
 * Records a fault of our own that outlived all retries, and fails the execution. A redrive calls
 * this again: the recorded fault is cleared then, and tracking goes on.
 *
 * @throws TrackingFault after recording
 */
export async function recordFault(
  dependencies: AcceptDependencies,
  input: FailureInput,
): Promise<void> {
  const { execution, error } = input;
  const now = dependencies.now();
  const job = await findOrAccept(dependencies, input.request, execution);
  if (job.fault?.execution === execution) {
    await updateJob(dependencies.store, job, whileOwnedBy(execution, withoutFault));
    return;
  }
  const reason = reasonOf(error);
  const fault = { execution, code: error.Error, reason, at: toIso(now) };
  await updateJob(
    dependencies.store,
    job,
    whileOwnedBy(execution, (current) => withFault(current, fault, now)),
  );
  throw new TrackingFault(`${error.Error}: ${reason}`);
}

function reasonOf({ Cause }: StateError): string {
  return quotedText(messageOfCause(Cause), MAX_REASON_LENGTH);
}
