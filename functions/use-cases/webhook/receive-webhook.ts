import { openWebhook, type VerifiedWebhook } from "#akool/webhook.ts";
import type { WebhookCredentials } from "#akool/webhook-body.ts";
import type { Callbacks } from "#aws/callbacks.ts";
import type { DeliveryStore } from "#aws/delivery-store.ts";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job/tracking-request.ts";
import { quotedText } from "#domain/text/redaction.ts";
import { type SubmitDependencies, submitJob } from "#use-cases/jobs/submit-job.ts";
import type { KeyedLog } from "#use-cases/tracking/dependencies.ts";

/** Bytes of a malformed id that are logged. */
const MAX_QUOTED_ID = 100;

export interface WebhookDependencies extends SubmitDependencies {
  deliveries: DeliveryStore;
  callbacks: Callbacks;
  log: KeyedLog;
  credentials: () => Promise<readonly WebhookCredentials[]>;
  windowMs: number;
  /** Whether a webhook for an unknown video starts following it. */
  startsTracking: boolean;
}

/**
 * What became of a webhook, for the metrics; AKOOL is told only `refused` or not.
 *
 * - `woke`: an execution was waiting and polls AKOOL now.
 * - `stale`: nobody was waiting; the count on the record tells the execution, if there is one.
 * - `started`: following has begun.
 * - `replayed`: it had been dealt with before.
 * - `ignored`: nobody follows the video, and nobody is to, or AKOOL does not serve it to polls.
 * - `malformed`: it is AKOOL's, but names no id that a job can have.
 */
export type WebhookOutcome =
  | "refused"
  | "woke"
  | "stale"
  | "started"
  | "replayed"
  | "ignored"
  | "malformed";

/**
 * Handles one webhook. It changes no state of a job: it only makes the workflow poll AKOOL, the
 * only source that is believed. Decision 0024.
 *
 * @param text the request's body
 */
export async function receiveWebhook(
  dependencies: WebhookDependencies,
  text: string,
): Promise<WebhookOutcome> {
  const { windowMs } = dependencies;
  const now = dependencies.now();
  const webhook = openWebhook(text, {
    credentials: await dependencies.credentials(),
    windowMs,
    now,
  });
  if (webhook === undefined) return "refused";
  const { videoModelId, deliveryId } = webhook;
  if (!VIDEO_MODEL_ID_PATTERN.test(videoModelId)) {
    dependencies.log.appendKeys({ malformedId: quotedText(videoModelId, MAX_QUOTED_ID) });
    return "malformed";
  }
  dependencies.log.appendKeys({ videoModelId });
  if (await dependencies.deliveries.isKnown(deliveryId)) return "replayed";
  const outcome = await wake(dependencies, webhook);
  // Last: if anything before fails, AKOOL's retry is handled like a first delivery.
  await dependencies.deliveries.remember(deliveryId, now + 2 * windowMs);
  return outcome;
}

async function wake(
  dependencies: WebhookDependencies,
  { videoModelId, saysEnded, servedByPolls }: VerifiedWebhook,
): Promise<WebhookOutcome> {
  const woken = await wakeExecution(dependencies, videoModelId, saysEnded);
  if (woken === "woke") return woken;
  if (!dependencies.startsTracking) return woken === "unknown" ? "ignored" : "stale";
  // AKOOL would answer that there is no such video, and the job would end for nothing.
  if (woken === "unknown" && !servedByPolls) return "ignored";
  const asker = servedByPolls ? "webhook" : "webhook-of-other-product";
  const { job, started } = await submitJob(dependencies, { videoModelId }, asker);
  dependencies.log.appendKeys({ execution: job.execution });
  // There was no record to count the wake on: a video that AKOOL calls done is polled soon.
  if (woken === "unknown") await wakeExecution(dependencies, videoModelId, saysEnded);
  return started ? "started" : "stale";
}

async function wakeExecution(
  { store, callbacks, log }: WebhookDependencies,
  videoModelId: string,
  saysEnded: boolean,
): Promise<"woke" | "counted" | "unknown"> {
  const woken = await store.wake(videoModelId, saysEnded);
  if (woken === undefined) return "unknown";
  const { taskToken, execution } = woken;
  log.appendKeys({ execution });
  return taskToken !== undefined && (await callbacks.succeed(taskToken)) ? "woke" : "counted";
}
