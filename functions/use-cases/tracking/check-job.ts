import type { AkoolClient } from "#akool/client.ts";
import type { Executions } from "#aws/executions.ts";
import type { Wakes } from "#aws/job-store.ts";
import { areCompanionsDue } from "#domain/job/companion-work.ts";
import type { Job } from "#domain/job/job.ts";
import { isEnded, type JobStatus } from "#domain/job/job-status.ts";
import type { Observation } from "#domain/job/observation.ts";
import type { TrackingRequest } from "#domain/job/tracking-request.ts";
import { observe } from "#domain/job/transition.ts";
import { withRetries } from "#domain/polling/history-budget.ts";
import type { PollPolicy } from "#domain/polling/poll-interval.ts";
import { claimJob } from "./claim-job.ts";
import type { JobDependencies } from "./dependencies.ts";
import { type LearnedDurations, learnFromEnd } from "./learned-durations.ts";
import { nextWaits, type Waits } from "./next-waits.ts";
import { publishDueChanges } from "./publish-due-changes.ts";
import type { SharedRateLimit } from "./shared-rate-limit.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

export interface CheckDependencies extends JobDependencies {
  akool: AkoolClient;
  executions: Executions;
  durations: LearnedDurations;
  rateLimit: SharedRateLimit;
  /** Uniform in [0, 1). */
  random: () => number;
}

export interface TrackingPolicy {
  poll: PollPolicy;
  defaultDeadlineHours: number;
  /** Where AKOOL's webhooks reach this deployment; undefined where they cannot. */
  webhookUrl?: string | undefined;
}

/** What the workflow gives to one check. */
export interface CheckInput {
  request: TrackingRequest;
  /** ARN of the calling execution. */
  execution: string;
  /** When the execution was started; absent in those of an older release. */
  startedAt?: string | undefined;
  /** How often Step Functions has repeated this call; absent in those of an older release. */
  retryCount?: number | undefined;
}

/** What the workflow routes on. */
export interface CheckResult {
  outcome: "wait" | "archive" | "end" | "duplicate";
  /** Whole seconds until the next poll by polling; 0 unless the outcome is `wait`. */
  waitSeconds: number;
  /** Whether to wait for AKOOL's webhook, `callbackSeconds` long. */
  awaitCallback: boolean;
  /** Whole seconds after which to poll although no webhook came; 0 like `waitSeconds`. */
  callbackSeconds: number;
  /**
   * How many webhooks had come before this poll, as DynamoDB writes a number. The workflow stores
   * its task token only if none has come since; otherwise it polls again at once.
   */
  wakeCount: string;
  status: JobStatus;
}

/**
 * One turn of the loop: claims the job, polls AKOOL unless the verdict is already on the record,
 * records and publishes what was seen, and says what comes next. Safe to repeat at any point: what
 * was recorded but not published is published by the next call.
 */
export async function checkJob(
  dependencies: CheckDependencies,
  policy: TrackingPolicy,
  { request, execution, startedAt, retryCount = 0 }: CheckInput,
): Promise<CheckResult> {
  const begun = startedAt === undefined ? undefined : Date.parse(startedAt);
  const claim = await claimJob(
    dependencies,
    request,
    execution,
    policy.defaultDeadlineHours,
    begun,
  );
  if (claim.kind === "duplicate") return duplicate(claim.job);
  const polled = await pollOf(claim.job, retryCount, dependencies, policy);
  if (polled.job.execution !== execution) return duplicate(polled.job);
  await publishDueChanges(dependencies, polled.job);
  return route(polled, dependencies.now());
}

interface Polled extends Waits {
  job: Job;
  wakes: Wakes;
}

const NO_WAKES: Wakes = { count: 0, ended: false };

async function pollOf(
  job: Job,
  retryCount: number,
  dependencies: CheckDependencies,
  policy: TrackingPolicy,
): Promise<Polled> {
  if (job.status === "completed" || isEnded(job.status)) {
    return { job, waitSeconds: 0, callbackSeconds: 0, webhookExpected: false, wakes: NO_WAKES };
  }
  // Before the poll: a webhook that comes after this read is noticed by its count.
  const wakes =
    policy.webhookUrl === undefined ? NO_WAKES : await dependencies.store.wakes(job.videoModelId);
  const observation = await dependencies.akool.poll(job.videoModelId);
  const now = dependencies.now();
  const record = whileOwnedBy(job.execution, (current) =>
    isEnded(current.status) ? current : observe(withRetries(current, retryCount), observation, now),
  );
  const seen = await updateJob(dependencies.store, job, record);
  await learnFromEnd(dependencies.durations, job, seen, now);
  const next = { job: seen, observation, now, random: dependencies.random, policy: policy.poll };
  const waits = await nextWaits(dependencies, next, wakes, policy.webhookUrl);
  logPoll(
    dependencies,
    seen,
    observation,
    waits.webhookExpected ? waits.callbackSeconds : waits.waitSeconds,
  );
  return { ...waits, job: seen, wakes };
}

function route(
  { job, waitSeconds, callbackSeconds, webhookExpected, wakes }: Polled,
  now: number,
): CheckResult {
  const outcome = outcomeOf(job, now);
  const waits = outcome === "wait";
  return {
    outcome,
    waitSeconds: waits ? waitSeconds : 0,
    awaitCallback: waits && webhookExpected,
    callbackSeconds: waits ? callbackSeconds : 0,
    wakeCount: String(wakes.count),
    status: job.status,
  };
}

/** An archived job comes by again only when something is missing beside its video. */
function outcomeOf(job: Job, now: number): CheckResult["outcome"] {
  const { status } = job;
  if (status === "completed") return "archive";
  if (status === "archived") return areCompanionsDue(job, now) ? "archive" : "end";
  return isEnded(status) ? "end" : "wait";
}

function duplicate(job: Job): CheckResult {
  return {
    outcome: "duplicate",
    waitSeconds: 0,
    awaitCallback: false,
    callbackSeconds: 0,
    wakeCount: "0",
    status: job.status,
  };
}

function logPoll(
  { log }: JobDependencies,
  job: Job,
  observation: Observation,
  waitSeconds: number,
) {
  const fields = {
    status: job.status,
    observed: observation.kind,
    ...(job.lastObservation?.detail === undefined ? {} : { detail: job.lastObservation.detail }),
    poll: job.pollCount,
    waitSeconds,
  };
  if (observation.kind === "account_fault") {
    log.warn("AKOOL refuses the account; the job waits until it is mended", fields);
  } else {
    log.info("polled AKOOL", fields);
  }
}
