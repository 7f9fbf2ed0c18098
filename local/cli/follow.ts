import type { Display } from "#local/display/display.ts";
import type { LocalStack } from "#local/stack/local-stack.ts";
import { type JobView, withEnd, withRecord } from "./job-view.ts";

/** An execution to watch. */
export interface Followed {
  executionArn: string;
  videoModelId: string;
  label?: string;
}

/** Watches executions until all have ended or the signal is given, and keeps the display up. */
export class Follower {
  readonly #display: Display;
  readonly #views = new Map<string, JobView>();
  readonly #executionOf = new Map<string, string>();

  constructor(display: Display) {
    this.#display = display;
  }

  get views(): JobView[] {
    return [...this.#views.values()];
  }

  /** Bytes of an object that have arrived in the bucket; the object's key begins with the id. */
  stored(key: string, bytes: number): void {
    const view = this.#views.get(key.replace(/\.mp4$/, ""));
    if (view === undefined || view.ended) return;
    this.#show({ ...view, bytes: (view.bytes ?? 0) + bytes });
  }

  /** A step of the execution is repeated, so what it has stored does not count any more. */
  restarted(executionArn: string): void {
    const view = this.#views.get(this.#executionOf.get(executionArn) ?? "");
    if (view === undefined || view.ended) return;
    const { bytes: _again, ...rest } = view;
    this.#show(rest);
  }

  /** An execution has made a step: look at its job's record again. */
  async stepped(stack: LocalStack, executionArn: string): Promise<void> {
    const id = this.#executionOf.get(executionArn);
    const job = id === undefined ? undefined : await stack.store.get(id);
    const view = id === undefined ? undefined : this.#views.get(id);
    if (job === undefined || view === undefined || view.ended) return;
    this.#show(withRecord(view, job, stack.videosDirectory));
  }

  /** Resolves when every execution has ended, or at the signal. */
  async follow(stack: LocalStack, jobs: readonly Followed[], signal: AbortSignal): Promise<void> {
    for (const { executionArn, videoModelId, label } of jobs) {
      this.#executionOf.set(executionArn, videoModelId);
      this.#show({
        videoModelId,
        ...(label === undefined ? {} : { label }),
        status: "starting",
        polls: 0,
        startedAt: Date.now(),
        ended: false,
      });
    }
    const interrupted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    const ends = jobs.map((job) => this.#untilEnd(stack, job, signal));
    await Promise.race([Promise.all(ends), interrupted]);
  }

  async #untilEnd(stack: LocalStack, job: Followed, signal: AbortSignal): Promise<void> {
    await this.stepped(stack, job.executionArn);
    const execution = await stack.engine.settled(job.executionArn);
    if (signal.aborted) return;
    await this.stepped(stack, job.executionArn);
    const view = this.#views.get(job.videoModelId);
    if (view !== undefined) this.#show(withEnd(view, execution));
  }

  #show(view: JobView): void {
    this.#views.set(view.videoModelId, view);
    this.#display.changed(view, this.views);
  }
}
