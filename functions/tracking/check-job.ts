import { type Announcements, announcements } from "#aws/announcements.ts";
import type { Wakes } from "#aws/job-store.ts";
import type { Job, TrackingRequest } from "#domain/job.ts";
import { isEnded, type JobStatus } from "#domain/job-status.ts";
import type { Observation } from "#domain/observation.ts";
import type { PollPolicy } from "#domain/poll-pace.ts";
import { observe } from "#domain/transition.ts";
import { claimJob } from "./claim-job.ts";
import { learnFromEnd } from "./learned-durations.ts";
import { nextWaits, type Waits } from "./next-waits.ts";
import type { CheckPorts } from "./ports.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

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
  /** `seq` of the last status change that this execution has published. */
  announced: number;
  /** When the execution was started; absent in those of an older release. */
  startedAt?: string | undefined;
}

/** What the workflow routes on. */
export interface CheckResult {
  outcome: "wait" | "archive" | "end" | "duplicate";
  /** Whether `entries` have to be published before anything else. */
  changed: boolean;
  announced: number;
  entries: Announcements["entries"];
  /** Whole seconds until the next look by polling; 0 unless the outcome is `wait`. */
  waitSeconds: number;
  /** Whether to wait for AKOOL's webhook, `callbackSeconds` long. */
  awaitCallback: boolean;
  /** Whole seconds after which to look although no webhook came; 0 as `waitSeconds`. */
  callbackSeconds: number;
  /**
   * How many webhooks had come before this look, as DynamoDB writes a number. The workflow stores
   * its task token only while that is still so; otherwise it looks again at once.
   */
  wakeCount: string;
  status: JobStatus;
}

/**
 * One turn of the loop: claims the job, looks at AKOOL unless the verdict is already on the record,
 * records what was seen, and says what is due. Safe to repeat at any point: what was recorded but
 * not announced is announced by the next call.
 */
export async function checkJob(
  ports: CheckPorts,
  policy: TrackingPolicy,
  { request, execution, announced, startedAt }: CheckInput,
): Promise<CheckResult> {
  const begun = startedAt === undefined ? undefined : Date.parse(startedAt);
  const claim = await claimJob(ports, request, execution, policy.defaultDeadlineHours, begun);
  if (claim.kind === "duplicate") return duplicate(claim.job, announced);
  const published = Math.max(announced, claim.job.announced);
  const looked = await lookAt(claim.job, published, ports, policy);
  if (looked.job.execution !== execution) return duplicate(looked.job, announced);
  return route(looked, announcements(looked.job, published, ports.eventBusName));
}

interface Looked extends Waits {
  job: Job;
  wakes: Wakes;
}

const NO_WAKES: Wakes = { count: 0, ended: false };

async function lookAt(
  job: Job,
  published: number,
  ports: CheckPorts,
  policy: TrackingPolicy,
): Promise<Looked> {
  if (job.status === "completed" || isEnded(job.status)) {
    return { job, waitSeconds: 0, callbackSeconds: 0, hooked: false, wakes: NO_WAKES };
  }
  // Before the look: a webhook that comes after this read is noticed by its count.
  const wakes =
    policy.webhookUrl === undefined ? NO_WAKES : await ports.store.wakes(job.videoModelId);
  const observation = await ports.akool.look(job.videoModelId);
  const now = ports.now();
  const record = whileOwnedBy(job.execution, (current) =>
    isEnded(current.status)
      ? current
      : { ...observe(current, observation, now), announced: published },
  );
  const seen = await updateJob(ports.store, job, record);
  await learnFromEnd(ports, job, seen, now);
  const next = { job: seen, observation, now, random: ports.random, policy: policy.poll };
  const waits = await nextWaits(ports, next, wakes, policy.webhookUrl);
  logLook(ports, seen, observation, waits.hooked ? waits.callbackSeconds : waits.waitSeconds);
  return { ...waits, job: seen, wakes };
}

function route(looked: Looked, due: Announcements): CheckResult {
  const { job, waitSeconds, callbackSeconds, hooked, wakes } = looked;
  // The archive does not wait for the bus; what is due beyond these comes with its result.
  const outcome = due.more && job.status !== "completed" ? "wait" : outcomeOf(job.status);
  const waits = outcome === "wait" && !due.more;
  return {
    outcome,
    changed: due.entries.length > 0,
    announced: due.announced,
    entries: due.entries,
    waitSeconds: waits ? waitSeconds : 0,
    awaitCallback: waits && hooked,
    callbackSeconds: waits ? callbackSeconds : 0,
    wakeCount: String(wakes.count),
    status: job.status,
  };
}

function outcomeOf(status: JobStatus): CheckResult["outcome"] {
  if (status === "completed") return "archive";
  return isEnded(status) ? "end" : "wait";
}

function duplicate(job: Job, announced: number): CheckResult {
  return {
    outcome: "duplicate",
    changed: false,
    announced,
    entries: [],
    waitSeconds: 0,
    awaitCallback: false,
    callbackSeconds: 0,
    wakeCount: "0",
    status: job.status,
  };
}

function logLook({ log }: CheckPorts, job: Job, observation: Observation, waitSeconds: number) {
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
    log.info("looked at AKOOL", fields);
  }
}
