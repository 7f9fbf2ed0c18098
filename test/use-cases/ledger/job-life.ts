import { type Asker, mayBeginAgain } from "#domain/job/begin-again.ts";
import {
  acceptAgain,
  acceptJob,
  type Job,
  toIso,
  withFault,
  withoutFault,
  withStatus,
} from "#domain/job/job.ts";
import { isEnded, type JobStatus } from "#domain/job/job-status.ts";
import { conclude } from "#domain/job/transition.ts";
import type { Random } from "#test/chaos/random.ts";
import { ARCHIVE, HOUR, START } from "#test/support/jobs.ts";
import { publishDueChanges } from "#use-cases/tracking/publish-due-changes.ts";
import type { Processes } from "./mortal-processes.ts";

/** What may happen to a job besides its way from the first poll to an end. */
export const INCIDENTS = [
  "ended job retried",
  "archive_failed begun again",
  "expired job reopened",
  "dead execution replaced",
  "failed execution redriven",
  "ended execution redriven",
  "cancelled",
  "delivered twice at once",
  "delivered late",
  "not delivered",
] as const;

export type Incident = (typeof INCIDENTS)[number];

const STEPS: readonly JobStatus[] = ["queueing", "processing", "completed"];
const ENDS: readonly JobStatus[] = ["failed", "not_found", "timed_out", "cancelled", "rejected"];
const TEAMS = ["film", "ads", "news"];
const DAYS = 5;

/** The life of one job: writes of its record, each published once, twice, late or not at all. */
export class JobLife {
  readonly #random: Random;
  readonly #processes: Processes;
  readonly #incidents: Map<Incident, number>;
  readonly #id: string;
  readonly #at: number;
  /** What a slow process still holds, and publishes after others have gone on. */
  #held: Job | undefined;

  /** @param incidents counts what happens */
  constructor(id: string, random: Random, processes: Processes, incidents: Map<Incident, number>) {
    this.#id = id;
    this.#random = random;
    this.#processes = processes;
    this.#incidents = incidents;
    this.#at = START + Math.floor(random() * DAYS * 24) * HOUR;
  }

  async live(): Promise<void> {
    const attempts = 1 + Math.floor(this.#random() * 3);
    await this.#write(() => this.#begun());
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (attempt > 1) await this.#write((job) => this.#again(job));
      for (const status of STEPS) {
        if (this.#chance(0.8)) await this.#write((job) => this.#moved(job, status));
        if (this.#chance(0.05)) await this.#redrive();
      }
      // Otherwise its execution dies, and another one takes the job over.
      if (this.#chance(0.9)) await this.#write((job) => this.#ended(job));
      if (this.#chance(0.05)) await this.#redrive();
      await this.#deliverLate();
    }
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #count(incident: Incident): void {
    this.#incidents.set(incident, (this.#incidents.get(incident) ?? 0) + 1);
  }

  #begun(): Job {
    const team = TEAMS[Math.floor(this.#random() * 4)];
    return acceptJob({
      request: {
        videoModelId: this.#id,
        ...(team === undefined ? {} : { tags: { team } }),
        ...(this.#chance(0.3) ? { submission: { estimatedCredits: 20 } } : {}),
      },
      execution: "first",
      now: this.#at,
      defaultDeadlineHours: 24,
    });
  }

  #again(job: Job): Job | undefined {
    const by: Asker = job.status === "archive_failed" ? "sweeper" : "person";
    if (!mayBeginAgain(job, { by, at: this.#at, now: this.#at })) return undefined;
    this.#count(beginningAfter(job.status));
    const request = { videoModelId: this.#id };
    const attempt = { request, execution: "next", now: this.#at, defaultDeadlineHours: 24 };
    return acceptAgain(job, attempt);
  }

  #moved(job: Job, status: JobStatus): Job | undefined {
    if (isEnded(job.status)) return undefined;
    const charged = Math.round(this.#random() * 200) / 8;
    const createdAt = this.#at - Math.floor(this.#random() * 3) * HOUR;
    const seen: Job = {
      ...job,
      // AKOOL names another creation with each answer; the entry keeps to the first.
      videoExpiresAt: toIso(createdAt + 7 * 24 * HOUR),
      akool: { type: Math.floor(this.#random() * 3), deduction_credit: charged },
    };
    return withStatus(seen, status, this.#at);
  }

  #ended(job: Job): Job | undefined {
    if (isEnded(job.status)) return undefined;
    if (job.status !== "completed") {
      const end = ENDS[Math.floor(this.#random() * ENDS.length)] ?? "failed";
      if (end === "cancelled") this.#count("cancelled");
      return conclude(job, end, this.#at);
    }
    return this.#chance(0.6)
      ? withStatus({ ...job, archive: ARCHIVE }, "archived", this.#at)
      : conclude(job, this.#chance(0.5) ? "archive_failed" : "expired", this.#at);
  }

  /** The execution fails by a fault of ours; then the same one goes on where it failed. */
  async #redrive(): Promise<void> {
    const fault = { execution: "first", code: "Fault", reason: "ours", at: toIso(this.#at) };
    await this.#write((job) => {
      this.#count(isEnded(job.status) ? "ended execution redriven" : "failed execution redriven");
      return withFault(job, fault, this.#at);
    });
    await this.#write((job) => withoutFault(job));
  }

  /** A process may die at any request; the next one reads the record and goes on. */
  #write(change: (job: Job) => Job | undefined): Promise<void> {
    return this.#processes.run(async ({ store, dependencies }) => {
      const known = await store.get(this.#id);
      const next = known === undefined ? this.#begun() : change(known);
      if (next === undefined) return;
      const written =
        known === undefined ? await store.create(next) : await store.replace(known, next);
      if (this.#chance(0.1)) {
        if (this.#chance(0.5)) this.#held = written;
        else this.#count("not delivered");
        return;
      }
      const deliveries = this.#chance(0.2) ? 2 : 1;
      if (deliveries > 1) this.#count("delivered twice at once");
      await Promise.all(
        Array.from({ length: deliveries }, () => publishDueChanges(dependencies, written)),
      );
    });
  }

  /** The record as it was some changes ago must not replace what the ledger knows by now. */
  async #deliverLate(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.#count("delivered late");
    await this.#processes.run(async ({ dependencies }) => {
      await publishDueChanges(dependencies, held);
    });
  }
}

function beginningAfter(status: JobStatus): Incident {
  if (!isEnded(status)) return "dead execution replaced";
  if (status === "archive_failed") return "archive_failed begun again";
  return status === "expired" ? "expired job reopened" : "ended job retried";
}
