import { randomBytes } from "node:crypto";
import { companionNamed } from "./companions.ts";
import { type Job, type JobInputs, resultNamed } from "./job.ts";
import type { JobScript } from "./job-script.ts";
import type { ServedFile, TextFile } from "./result-file.ts";

/** There is no job with this id. */
export class UnknownSimulatedJobError extends Error {
  override readonly name = "UnknownSimulatedJobError";
  readonly id: string;

  constructor(id: string) {
    super(`The simulator has no job ${id}: it knows the ids that addJob and create returned.`);
    this.id = id;
  }
}

/** The simulator's jobs, and how often each was asked for. Lives in memory. */
export class JobBook {
  readonly #jobs = new Map<string, Job>();
  readonly #ids: string[] = [];
  readonly #calls = new Map<string, number>();
  readonly #origin: string;
  readonly #now: () => number;
  readonly #onScript: (id: string) => void;

  /** @param onScript - called for every job that is added and every script that is changed */
  constructor(origin: string, now: () => number, onScript: (id: string) => void) {
    this.#origin = origin;
    this.#now = now;
    this.#onScript = onScript;
  }

  add(script: JobScript, inputs: JobInputs): Job {
    const job: Job = {
      id: randomBytes(12).toString("hex"),
      number: this.#ids.length + 1,
      addedAt: this.#now(),
      origin: this.#origin,
      inputs,
      script,
      goneAnswers: 0,
    };
    this.#ids.push(job.id);
    this.#jobs.set(job.id, job);
    this.#onScript(job.id);
    return job;
  }

  /** @throws {@link UnknownSimulatedJobError} */
  update(id: string, change: Partial<JobScript>): void {
    const job = this.#jobs.get(id);
    if (!job) throw new UnknownSimulatedJobError(id);
    this.#jobs.set(id, { ...job, script: { ...job.script, ...change } });
    this.#onScript(id);
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  calls(id: string): number {
    return this.#calls.get(id) ?? 0;
  }

  /** Counts a call about a job. @returns its number, from 1, and the job as it is to be shown */
  countCall(found: Job): { readonly number: number; readonly job: Job } {
    const number = this.calls(found.id) + 1;
    this.#calls.set(found.id, number);
    if (number > 1 || found.script.startsAtFirstPoll !== true) return { number, job: found };
    const job = { ...found, addedAt: this.#now() };
    this.#jobs.set(job.id, job);
    return { number, job };
  }

  /** Finds a result, or a file beside one, by its name. A link that is gone counts its requests. */
  openResult(
    name: string,
  ): { readonly job: Job; readonly file: ServedFile | TextFile } | undefined {
    const job = this.#numbered(name);
    const now = this.#now();
    const file = job && (resultNamed(job, name, now) ?? companionNamed(job, name, now));
    if (!job || file === undefined) return undefined;
    if (file !== "gone") return { job, file };
    this.#jobs.set(job.id, { ...job, goneAnswers: job.goneAnswers + 1 });
    return undefined;
  }

  /** Every name ends in the number of its job. */
  #numbered(name: string): Job | undefined {
    const number = Number(/^\d+-(\d+)(?:\.[a-z-]+)?\.(?:mp4|srt)$/.exec(name)?.[1]);
    const id = this.#ids[number - 1];
    return id === undefined ? undefined : this.#jobs.get(id);
  }
}
