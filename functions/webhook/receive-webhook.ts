import { openWebhook, type WebhookCredentials } from "#akool/webhook.ts";
import type { Callbacks } from "#aws/callbacks.ts";
import type { DeliveryStore } from "#aws/delivery-store.ts";
import { VIDEO_MODEL_ID_PATTERN } from "#domain/job.ts";
import { type SubmitPorts, submitJob } from "#functions/api/submit-job.ts";

export interface WebhookPorts extends SubmitPorts {
  deliveries: DeliveryStore;
  callbacks: Callbacks;
  credentials: () => Promise<readonly WebhookCredentials[]>;
  windowMs: number;
  /** Whether a webhook for a video that nobody follows starts following it. */
  startsTracking: boolean;
}

/**
 * What became of a webhook, for the metrics; AKOOL is told only `refused` or not.
 *
 * - `woke`: an execution was waiting and looks at AKOOL now.
 * - `stale`: nobody was waiting; the count on the record tells the execution, if there is one.
 * - `started`: following has begun.
 * - `replayed`: it had been dealt with before.
 * - `ignored`: nobody follows the video, and nobody is to.
 */
export type WebhookOutcome = "refused" | "woke" | "stale" | "started" | "replayed" | "ignored";

/**
 * Deals with one webhook. It changes no state of a job: it only makes the workflow look at AKOOL,
 * which alone is believed.
 *
 * @param text the request's body
 */
export async function receiveWebhook(ports: WebhookPorts, text: string): Promise<WebhookOutcome> {
  const { windowMs } = ports;
  const now = ports.now();
  const webhook = openWebhook(text, { credentials: await ports.credentials(), windowMs, now });
  if (webhook === undefined) return "refused";
  const { videoModelId, saysEnded, deliveryId } = webhook;
  if (!VIDEO_MODEL_ID_PATTERN.test(videoModelId)) return "ignored";
  if (await ports.deliveries.isKnown(deliveryId)) return "replayed";
  const outcome = await wake(ports, videoModelId, saysEnded);
  // Last: should anything before fail, AKOOL's retry is dealt with as the first one.
  await ports.deliveries.remember(deliveryId, now + 2 * windowMs);
  return outcome;
}

async function wake(
  ports: WebhookPorts,
  videoModelId: string,
  saysEnded: boolean,
): Promise<WebhookOutcome> {
  const woken = await ports.store.wake(videoModelId, saysEnded);
  if (woken?.taskToken !== undefined && (await ports.callbacks.succeed(woken.taskToken))) {
    return "woke";
  }
  const cancelled = woken?.status === "cancelled";
  if (cancelled || !ports.startsTracking) return woken === undefined ? "ignored" : "stale";
  // Also for a job that has ended for a mendable reason, such as its deadline: AKOOL has news of it.
  const { started } = await submitJob(ports, { videoModelId });
  return started ? "started" : "stale";
}
