import { createdAt, endsAt, type Job, resultUrl, videoStatus } from "./job.ts";

/** A status that AKOOL calls back about: it documents no webhook for queueing. */
export type WebhookStatus = 2 | 3 | 4;

/** One webhook that a job's script plans. */
interface PlannedWebhook {
  readonly status: WebhookStatus;
  /** By the simulator's clock, in epoch milliseconds. */
  readonly at: number;
}

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Where a job's webhooks go. The simulator calls this machine only: the address in AKOOL's samples,
 * which is the default of a job, may belong to somebody.
 *
 * @returns undefined for a job without an address on this machine
 */
export function webhookUrlOf({ inputs: { webhookUrl } }: Job): string | undefined {
  const url = webhookUrl === undefined ? null : URL.parse(webhookUrl);
  const isHere = url?.protocol === "http:" && LOOPBACK_HOSTS.has(url.hostname);
  return isHere ? webhookUrl : undefined;
}

/** @returns what AKOOL would send for a job, in the order in which it is sent. */
export function plannedWebhooks(job: Job): readonly PlannedWebhook[] {
  const { end, queueMs, webhook = {} } = job.script;
  if (webhook.lost) return [];
  const late = webhook.lateMs ?? 0;
  const processing = { status: videoStatus.processing, at: createdAt(job) + queueMs + late };
  if (end.kind === "never") return [processing];
  const last = { status: finalStatus(job), at: endsAt(job) + late };
  return webhook.reordered ? [last, { ...processing, at: last.at }] : [processing, last];
}

/** @returns the text that is encrypted, with the fields that AKOOL documents. */
export function webhookPayload(job: Job, status: WebhookStatus): string {
  const url = status === videoStatus.completed ? resultUrl(job) : "";
  // None is documented for character swap: this is a type that infobymodelid serves.
  return JSON.stringify({ _id: job.id, status, type: "avatar", url });
}

function finalStatus({ script: { end } }: Job): WebhookStatus {
  return end.kind === "complete" ? videoStatus.completed : videoStatus.failed;
}
