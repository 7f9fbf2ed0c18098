// From the module and not the global: a test's virtual clock replaces the global one.
import { clearTimeout, setTimeout } from "node:timers";
import type { Job } from "./job.ts";
import { type WebhookBody, type WebhookKeys, webhookBody } from "./webhook-body.ts";
import {
  plannedWebhooks,
  type WebhookStatus,
  webhookPayload,
  webhookUrlOf,
} from "./webhook-plan.ts";
import type { WebhookSender } from "./webhook-sender.ts";

/** A jump of the clock is noticed within this much real time. */
const pollAgainMs = 1_000;

export interface WebhooksOptions {
  readonly keys: WebhookKeys;
  readonly sender: WebhookSender;
  /** The clock that the scripts follow, in epoch milliseconds. */
  readonly now: () => number;
  readonly find: (id: string) => Job | undefined;
}

/** A job has no address on this machine, so no webhook can be sent for it. */
export class NoWebhookAddressError extends Error {
  override readonly name = "NoWebhookAddressError";
}

interface WebhookJob {
  readonly job: Job;
  readonly url: string;
}

interface Progress {
  readonly sent: Set<WebhookStatus>;
  isSending: boolean;
  timer?: NodeJS.Timeout;
}

/** Sends the webhooks that the jobs' scripts plan, each when it is due. */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #progress = new Map<string, Progress>();
  #count = 0;
  #isClosed = false;

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /** A job was added, or its script was changed. */
  follow(id: string): void {
    const progress = this.#progress.get(id) ?? { sent: new Set(), isSending: false };
    this.#progress.set(id, progress);
    this.#advance(id, progress);
  }

  /**
   * Sends one webhook now, whatever the script says, and does not retry it.
   *
   * @returns the HTTP status of the answer
   * @throws {@link NoWebhookAddressError}, or the error of `fetch` when there is no answer
   */
  async send(id: string, status: WebhookStatus): Promise<number> {
    const target = this.#webhookJob(id);
    if (target === undefined) {
      throw new NoWebhookAddressError(`The job ${id} has no webhook address on this machine.`);
    }
    return this.#options.sender.post(target.url, this.#seal(target.job, status));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#progress.values()) clearTimeout(timer);
    await this.#options.sender.close();
  }

  #advance(id: string, progress: Progress): void {
    clearTimeout(progress.timer);
    const target = this.#webhookJob(id);
    if (this.#isClosed || progress.isSending || target === undefined) return;
    const next = plannedWebhooks(target.job).find(({ status }) => !progress.sent.has(status));
    if (next === undefined) return;
    const again = () => this.#advance(id, progress);
    const remaining = next.at - this.#options.now();
    if (remaining > 0) {
      progress.timer = setTimeout(again, Math.min(remaining, pollAgainMs));
      return;
    }
    progress.sent.add(next.status);
    progress.isSending = true;
    void this.#deliver(target, next.status).then(() => {
      progress.isSending = false;
      again();
    });
  }

  #webhookJob(id: string): WebhookJob | undefined {
    const job = this.#options.find(id);
    const url = job && webhookUrlOf(job);
    return job && url !== undefined ? { job, url } : undefined;
  }

  /** One after another, so that they arrive in order unless the script reorders them. */
  async #deliver({ job, url }: WebhookJob, status: WebhookStatus): Promise<void> {
    const body = this.#seal(job, status);
    const copies = 1 + (job.script.webhook?.duplicates ?? 0);
    for (let copy = 0; copy < copies; copy += 1) await this.#options.sender.deliver(url, body);
  }

  /** Nonces alternate between numbers and texts, since AKOOL's documents show both. */
  #seal(job: Job, status: WebhookStatus): WebhookBody {
    this.#count += 1;
    const nonce = this.#count % 2 === 0 ? this.#count : String(this.#count).padStart(4, "0");
    const mark = { timestamp: this.#options.now(), nonce };
    return webhookBody(this.#options.keys, webhookPayload(job, status), mark);
  }
}
