import { setTimeout as sleep } from "node:timers/promises";
import type { WebhookBody } from "./webhook-body.ts";

/** AKOOL does not document its retries; these take about 40 seconds. */
const defaultRetryDelaysMs = [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];

const answerTimeoutMs = 30_000;

/** Posts webhooks, and posts them again on any answer but 200, in real time. */
export class WebhookSender {
  readonly #retryDelaysMs: readonly number[];
  readonly #closing = new AbortController();
  readonly #retries = new Set<Promise<void>>();

  /** @param retryDelaysMs - the waits before each retry; the last one is the final attempt */
  constructor(retryDelaysMs: readonly number[] = defaultRetryDelaysMs) {
    this.#retryDelaysMs = retryDelaysMs;
  }

  /**
   * Posts once.
   *
   * @returns the HTTP status of the answer
   * @throws the error of `fetch` when there is none
   */
  async post(url: string, body: WebhookBody): Promise<number> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(answerTimeoutMs)]),
    });
    await response.body?.cancel();
    return response.status;
  }

  /** Resolves after the first attempt; retries, if any, continue in the background. */
  async deliver(url: string, body: WebhookBody): Promise<void> {
    if (await this.#isTaken(url, body)) return;
    const retries = this.#retry(url, body).finally(() => this.#retries.delete(retries));
    this.#retries.add(retries);
  }

  /** Aborts running requests; nothing is sent any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#retries);
  }

  async #retry(url: string, body: WebhookBody): Promise<void> {
    for (const delay of this.#retryDelaysMs) {
      await sleep(delay, undefined, { signal: this.#closing.signal }).catch(() => {});
      if (this.#closing.signal.aborted || (await this.#isTaken(url, body))) return;
    }
  }

  async #isTaken(url: string, body: WebhookBody): Promise<boolean> {
    try {
      return (await this.post(url, body)) === 200;
    } catch {
      return false;
    }
  }
}
