import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalWorkflowEngine } from "@akool-archiver/local-aws/engine/engine.ts";
import type { TransitionType } from "@akool-archiver/local-aws/engine/execution.ts";
import { KeyedLock } from "@akool-archiver/local-aws/storage/keyed-lock.ts";
import type { JobStore } from "#aws/job-store.ts";
import type { Job } from "#domain/job/job.ts";
import { idOfKey } from "#domain/job/video-key.ts";
import type { Display } from "#local/display/display.ts";
import { type JobView, waitsForCompanions, withEnd, withoutFile, withRecord } from "./job-view.ts";

/** An execution to watch. */
export interface Followed {
  executionArn: string;
  videoModelId: string;
  label?: string;
}

/** What the follower needs of the stack. */
export interface WatchedStack {
  readonly store: Pick<JobStore, "get">;
  readonly engine: Pick<LocalWorkflowEngine, "ended">;
  readonly videosDirectory: string;
  /** Starts an execution for the files that are missing beside a video; no sweeper does it here. */
  beginCompanionRun(job: Job): Promise<Job>;
}

/** Bytes arrive in many small pieces; a viewer needs no more updates than this. */
const BYTES_SHOWN_EVERY_MS = 500;

/**
 * Watches executions until all have ended or the signal is given, and keeps the display up. A job with
 * files beside its video is followed until all are there or given up.
 */
export class Follower {
  readonly #display: Display;
  readonly #now: () => number;
  readonly #views = new Map<string, JobView>();
  readonly #executionOf = new Map<string, string>();
  readonly #bytesShownAt = new Map<string, number>();
  /** Reads of one record run one after another, so that none shows an older state than the last. */
  readonly #polls = new KeyedLock();
  #stack: WatchedStack | undefined;

  /** @param now epoch milliseconds */
  constructor(display: Display, now: () => number = Date.now) {
    this.#display = display;
    this.#now = now;
  }

  get views(): JobView[] {
    return [...this.#views.values()];
  }

  /** Bytes of an object have arrived in the bucket. */
  stored(key: string, bytes: number): void {
    const view = this.#views.get(idOfKey(key));
    if (view === undefined || view.ended) return;
    const next = { ...view, bytes: (view.bytes ?? 0) + bytes };
    this.#views.set(view.videoModelId, next);
    const now = this.#now();
    if (now - (this.#bytesShownAt.get(view.videoModelId) ?? 0) < BYTES_SHOWN_EVERY_MS) return;
    this.#bytesShownAt.set(view.videoModelId, now);
    this.#show(next);
  }

  /** An execution has made a step: its job's record may have changed. */
  stepped(executionArn: string, type: TransitionType): void {
    const id = this.#executionOf.get(executionArn);
    if (id === undefined || this.#stack === undefined) return;
    if (type === "StateRetried") this.#forgetBytes(id);
    // The next read makes up for one that fails; only the failure of the last one is reported.
    this.#poll(this.#stack, id).catch(() => {});
  }

  /**
   * Resolves when every execution has ended, or at the signal.
   *
   * @throws the error of the last read of a record
   */
  async follow(stack: WatchedStack, jobs: readonly Followed[], signal: AbortSignal): Promise<void> {
    this.#stack = stack;
    for (const { executionArn, videoModelId, label } of jobs) {
      this.#executionOf.set(executionArn, videoModelId);
      this.#show({
        videoModelId,
        ...(label === undefined ? {} : { label }),
        status: "starting",
        polls: 0,
        startedAt: this.#now(),
        ended: false,
      });
    }
    const { promise: interrupted, resolve } = Promise.withResolvers<void>();
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
    const ends = jobs.map((job) => this.#untilEnd(stack, job, signal));
    await Promise.race([Promise.all(ends), interrupted]);
  }

  async #untilEnd(stack: WatchedStack, job: Followed, signal: AbortSignal): Promise<void> {
    await this.#poll(stack, job.videoModelId);
    let execution = await stack.engine.ended(job.executionArn);
    for (;;) {
      if (signal.aborted) return;
      await this.#poll(stack, job.videoModelId);
      const record = await stack.store.get(job.videoModelId);
      if (record === undefined || !waitsForCompanions(record)) break;
      const begun = await this.#goOn(stack, record, signal);
      if (begun !== undefined) execution = await stack.engine.ended(begun);
    }
    const view = this.#views.get(job.videoModelId);
    if (view === undefined) return;
    const isGone = view.file !== undefined && !existsSync(view.file);
    this.#show(withEnd(isGone ? withoutFile(view) : view, execution));
  }

  /** Waits until the job is due, as the sweeper would. @returns the execution; undefined if there is none */
  async #goOn(stack: WatchedStack, job: Job, signal: AbortSignal): Promise<string | undefined> {
    const wait = Math.max(0, Date.parse(job.sweepAt ?? job.updatedAt) - this.#now());
    await sleep(wait, undefined, { signal }).catch(() => {});
    if (signal.aborted) return undefined;
    const { execution } = await stack.beginCompanionRun(job);
    this.#executionOf.set(execution, job.videoModelId);
    return execution;
  }

  async #poll(stack: WatchedStack, id: string): Promise<void> {
    await this.#polls.run(id, async () => {
      const job = await stack.store.get(id);
      const view = this.#views.get(id);
      if (job === undefined || view === undefined || view.ended) return;
      this.#show(withRecord(view, job, stack.videosDirectory));
    });
  }

  /** A repeated step stores everything again. */
  #forgetBytes(id: string): void {
    const view = this.#views.get(id);
    if (view === undefined || view.ended) return;
    const { bytes: _again, ...rest } = view;
    this.#show(rest);
  }

  #show(view: JobView): void {
    this.#views.set(view.videoModelId, view);
    this.#display.changed(view, this.views);
  }
}
