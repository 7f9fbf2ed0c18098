import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { CreateClient } from "#akool/create-client.ts";
import type { CreateOutcome } from "#akool/create-outcome.ts";
import type { LedgerNotes } from "#aws/ledger-notes.ts";
import type { Submission, SubmissionStore } from "#aws/submission-store.ts";
import { VersionConflict } from "#aws/versioned-write.ts";
import { creationOf } from "#domain/job/creation.ts";
import { type Job, sweptAgain, toIso } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";
import { RequestRefused } from "#domain/refusals.ts";
import { type CharacterSwap, estimateCredits } from "#domain/swaps/character-swap.ts";
import { nameOf } from "#domain/text/error-name.ts";
import { type SubmitDependencies, type Submitted, submitJob } from "#use-cases/jobs/submit-job.ts";
import type { GuardBudget } from "#use-cases/ledger/guard-budget.ts";
import type { KeyedLog } from "#use-cases/tracking/dependencies.ts";
import { updateJob } from "#use-cases/tracking/update-job.ts";
import { asItStands } from "./submission-state.ts";

const POLL_SUBMISSION_EVERY_MS = 200;

export interface SwapDependencies extends SubmitDependencies {
  log: KeyedLog;
  submissions: SubmissionStore;
  akool: CreateClient;
  /** Refuses what the budget does not cover; undefined where it stops nothing. */
  guardBudget?: GuardBudget | undefined;
  notes: Pick<LedgerNotes, "noteSettled">;
  /** Where AKOOL sends its webhooks; undefined where it cannot reach us. */
  webhookUrl?: string | undefined;
  /** How long a call waits for an earlier one with the same key, milliseconds. */
  patienceMs: number;
}

export interface SwapInput {
  idempotencyKey: string;
  swap: CharacterSwap;
  tags: Readonly<Record<string, string>>;
}

export interface CreatedSwap extends Submitted {
  submission: Submission;
}

/**
 * Creates a character swap at AKOOL, at most once per idempotency key, and follows it.
 *
 * Billable: the intent is recorded before the call, and a call of unknown outcome is never
 * repeated. Only a person can settle it. Decision 0017.
 *
 * @throws RequestRefused for a reused key, a budget that is spent, AKOOL's refusal, or an unknown
 *   outcome
 */
export async function createSwap(
  dependencies: SwapDependencies,
  input: SwapInput,
): Promise<CreatedSwap> {
  await guardBudget(dependencies, input);
  const submission = await claimKey(dependencies, input);
  if (submission.mine) {
    const outcome = await dependencies.akool.createCharacterSwap(
      input.swap,
      dependencies.webhookUrl,
    );
    return conclude(dependencies, await settle(dependencies, submission.record, outcome));
  }
  return conclude(dependencies, await outcomeOfOther(dependencies, submission.record));
}

/** Only what would be charged anew: a repeated request gets the answer of the first one. */
async function guardBudget(
  { guardBudget: guard, submissions }: SwapDependencies,
  { idempotencyKey, swap }: SwapInput,
): Promise<void> {
  if (guard === undefined || (await submissions.get(idempotencyKey)) !== undefined) return;
  await guard(estimateCredits(swap).credits);
}

interface Claimed {
  record: Submission;
  /** Whether this caller has claimed the key, and so makes the billable call. */
  mine: boolean;
}

async function claimKey(dependencies: SwapDependencies, input: SwapInput): Promise<Claimed> {
  const intent = intentOf(input, dependencies.now());
  try {
    return { record: await dependencies.submissions.create(intent), mine: true };
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error;
  }
  const record = await dependencies.submissions.get(input.idempotencyKey);
  // The other caller was put off by AKOOL and has just freed the key.
  if (record === undefined) return claimKey(dependencies, input);
  if (record.requestHash !== intent.requestHash) {
    throw new RequestRefused("idempotency-key-reused", "take a new key for another request");
  }
  return { record, mine: false };
}

function intentOf({ idempotencyKey, swap, tags }: SwapInput, now: number): Submission {
  return {
    idempotencyKey,
    requestHash: createHash("sha256").update(canonical({ swap, tags })).digest("hex"),
    state: "submitting",
    request: { ...swap },
    tags: { ...tags },
    estimatedCredits: estimateCredits(swap).credits,
    createdAt: toIso(now),
    updatedAt: toIso(now),
    version: 1,
  };
}

/** JSON with sorted keys, so that the order of a client's fields makes no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Records the outcome. When AKOOL only puts the request off, the key is freed instead. */
async function settle(
  dependencies: SwapDependencies,
  intent: Submission,
  outcome: CreateOutcome,
): Promise<Submission> {
  const at = { updatedAt: toIso(dependencies.now()) };
  const { submissions, log } = dependencies;
  switch (outcome.kind) {
    case "created": {
      const { kind: _kind, ...made } = outcome;
      const { videoModelId } = made;
      // Logged as well: if no record can be written, the id that was paid for is not lost.
      log.appendKeys({ videoModelId });
      log.info("created at AKOOL", {});
      const created = { ...intent, ...at, state: "created" as const, ...made };
      // Before the submission: once the job is recorded, the sweeper sees to it, even after a crash.
      await followSwap(dependencies, created).catch(async (error: unknown) => {
        log.warn("could not have the video followed yet", { error: nameOf(error) });
        await startAtLeast(dependencies, videoModelId);
      });
      return submissions.replace(intent, created);
    }
    case "refused":
      return submissions.replace(intent, {
        ...intent,
        ...at,
        state: "refused",
        code: outcome.code,
        reason: outcome.message,
      });
    case "unknown":
      log.warn("whether AKOOL has created the video is not known", { detail: outcome.detail });
      return submissions.replace(intent, {
        ...intent,
        ...at,
        state: "submit_unknown",
        reason: outcome.detail,
      });
    case "not_now":
      await submissions.remove(intent);
      throw notNow(outcome);
  }
}

/**
 * Starts the execution without a record when the table fails: the execution makes the record
 * itself, and retries for longer than a caller waits.
 *
 * @throws when the video is neither followed nor known to be recorded: the submission must not
 *   become `created`, since nobody would read it again
 */
async function startAtLeast(
  { executions, store }: SwapDependencies,
  videoModelId: string,
): Promise<void> {
  try {
    await executions.start(`${videoModelId}-1`, videoModelId);
  } catch (error) {
    const known = await store.get(videoModelId).catch(() => undefined);
    if (known === undefined) throw error;
  }
}

/** Seconds, when AKOOL does not say how long to wait. */
const USUAL_RETRY_AFTER = 30;

function notNow({ trouble, detail, retryAfterSeconds }: CreateOutcome & { kind: "not_now" }) {
  const isOfAccount = trouble === "account_fault";
  const wait = isOfAccount
    ? retryAfterSeconds
    : Math.max(USUAL_RETRY_AFTER, retryAfterSeconds ?? 0);
  return new RequestRefused(
    isOfAccount ? "akool-account" : "akool-unavailable",
    `${detail}. Nothing was created; the same request may be sent again`,
    { retryAfterSeconds: wait },
  );
}

/** Waits for the call that has claimed the key. If that one died, its outcome is unknown. */
async function outcomeOfOther(
  dependencies: SwapDependencies,
  first: Submission,
): Promise<Submission> {
  const giveUpAt = dependencies.now() + dependencies.patienceMs;
  let record: Submission | undefined = asItStands(first, dependencies.now());
  while (record?.state === "submitting" && dependencies.now() < giveUpAt) {
    await sleep(POLL_SUBMISSION_EVERY_MS);
    record = await dependencies.submissions.get(first.idempotencyKey);
  }
  if (record === undefined || record.state === "submitting") {
    throw new RequestRefused(
      "submission-in-progress",
      "the same request is being processed; ask again in a moment",
      { retryAfterSeconds: 2 },
    );
  }
  return record;
}

async function conclude(
  dependencies: SwapDependencies,
  submission: Submission,
): Promise<CreatedSwap> {
  switch (submission.state) {
    case "created":
      return { submission, ...(await followSwap(dependencies, submission)) };
    case "refused":
      throw new RequestRefused("akool-refused", submission.reason ?? "AKOOL gave no reason", {
        akoolCode: submission.code,
      });
    default:
      throw unknownOutcome(submission);
  }
}

/**
 * Follows the video that a submission has created. Repeating it returns the same job: it makes up
 * for a start that a crash prevented, and leaves a job that has ended alone.
 */
export async function followSwap(
  dependencies: SwapDependencies,
  submission: Submission,
): Promise<Submitted> {
  const { videoModelId, tags, request, model, estimatedCredits } = submission;
  if (videoModelId === undefined) throw unknownOutcome(submission);
  const known = { tags, creation: creationOf(request, model), submission: { estimatedCredits } };
  const { job, started } = await submitJob(dependencies, { videoModelId, ...known }, "creation");
  const told = await updateJob(dependencies.store, job, (current) =>
    withSubmission(current, known, dependencies.now()),
  );
  return { job: told, started };
}

/**
 * AKOOL's webhook may have started the job first, and it knows nothing of the submission. If the job
 * has ended by now, the sweeper enters it in the ledger once more.
 */
function withSubmission(
  job: Job,
  { tags, creation, submission }: Pick<Job, "tags" | "creation" | "submission">,
  now: number,
): Job {
  const lacksTags = Object.keys(job.tags).length === 0 && Object.keys(tags).length > 0;
  const lacksCreation = job.creation === undefined && creation !== undefined;
  if (!lacksTags && !lacksCreation && job.submission !== undefined) return job;
  const told = {
    ...job,
    ...(lacksTags && { tags }),
    ...(lacksCreation && { creation }),
    submission,
  };
  return isEnded(job.status) ? sweptAgain(told, now) : told;
}

function unknownOutcome({ idempotencyKey, reason }: Submission): RequestRefused {
  return new RequestRefused(
    "submission-unknown",
    `${reason ?? "no answer came"}. AKOOL may have created and charged it. Look for it in AKOOL, ` +
      "then settle this submission: give its id, or release the key if it is not there",
    { idempotencyKey },
  );
}
