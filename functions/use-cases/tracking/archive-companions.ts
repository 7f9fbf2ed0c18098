import type { AkoolClient } from "#akool/client.ts";
import type { SubtitlesCopier } from "#archive/copy/copy-subtitles.ts";
import type { VideoCopier } from "#archive/copy/copy-video.ts";
import { ArchiveError, SourceIncomplete } from "#archive/errors.ts";
import { partyOf } from "#domain/job/archive-errors.ts";
import { COMPANION_ROLES, type CompanionRole } from "#domain/job/companion.ts";
import {
  COMPANION_REASON_BYTES,
  pendingCompanion,
  withCompanionAsk,
  withFailedTry,
  withFreshAddresses,
} from "#domain/job/companion-changes.ts";
import { areCompanionsDue, isAskDue } from "#domain/job/companion-work.ts";
import type { Job } from "#domain/job/job.ts";
import { isTrouble } from "#domain/job/observation.ts";
import { nameOf } from "#domain/text/error-name.ts";
import { quotedText } from "#domain/text/redaction.ts";
import { copyCompanion, type FileDependencies } from "./copy-companion.ts";
import { describeFile } from "./doubtful-file.ts";
import { freshAnswer } from "./fresh-answer.ts";
import { tellOfCompanions } from "./tell-of-companions.ts";
import { updateJob, whileOwnedBy } from "./update-job.ts";

export interface CompanionDependencies extends FileDependencies {
  akool: AkoolClient;
  copier: VideoCopier;
  subtitles: SubtitlesCopier;
}

/** One run over the files of a job. */
export interface CompanionRun {
  /** ARN of the calling execution; only the job's owner may write. */
  execution: string;
  /** The record that counts this run. */
  begun: Job;
  /** Ends all copying of the invocation. */
  deadline: AbortSignal;
}

/**
 * Copies what AKOOL has named beside the video and is not archived yet, one file after the other, the
 * smallest first; asks AKOOL for more of them when that is due; and tells of them once all are there or
 * given up. The video does not depend on any of it.
 *
 * @param job whose video is archived, or could not be archived just now
 * @returns the record as it is now
 * @throws an error of a copy that is worth repeating; the workflow's retriers decide how
 */
export async function archiveCompanions(
  dependencies: CompanionDependencies,
  job: Job,
  run: CompanionRun,
): Promise<Job> {
  if (!hasWork(job, run.execution, dependencies.now())) return job;
  const asked = await askForMore(dependencies, job);
  const pass = new CompanionPass(dependencies, run, asked);
  for (const role of COMPANION_ROLES) await pass.attempt(role);
  const told = await tellOfCompanions(dependencies, asked.job, pass.job);
  const error = pass.errors.find(isWorthRepeating);
  if (error !== undefined) throw error;
  return told;
}

function hasWork(job: Job, execution: string, now: number): boolean {
  if (job.execution !== execution) return false;
  if (job.status === "archived") return areCompanionsDue(job, now);
  return job.status === "completed" && job.companions !== undefined;
}

/** An error that the workflow would not repeat is left to the sweeper's next visit. */
function isWorthRepeating(error: unknown): boolean {
  return !(error instanceof ArchiveError) || error.rule.retry !== "never";
}

interface Asked {
  job: Job;
  /** Whether AKOOL was asked in this run. */
  isFresh: boolean;
}

/** What AKOOL does not answer is asked again at the sweeper's next visit. */
async function askForMore(dependencies: CompanionDependencies, job: Job): Promise<Asked> {
  const now = dependencies.now();
  if (job.status !== "archived" || !isAskDue(job, now)) return { job, isFresh: false };
  const answer = await dependencies.akool.poll(job.videoModelId);
  if (isTrouble(answer)) {
    dependencies.log.warn("AKOOL could not be asked for more files", { detail: answer.detail });
    return { job, isFresh: false };
  }
  const record = whileOwnedBy(job.execution, (current) => {
    if (!isAskDue(current, now)) return current;
    const isDescribed = answer.kind === "completed";
    return withCompanionAsk(isDescribed ? withFreshAddresses(current, answer.akool) : current, now);
  });
  return { job: await updateJob(dependencies.store, job, record), isFresh: true };
}

/** One try at each companion that is pending. */
class CompanionPass {
  /** The record as it is now. */
  job: Job;
  /** Of the companions that are still pending. */
  readonly errors: unknown[] = [];
  readonly #dependencies: CompanionDependencies;
  readonly #run: CompanionRun;
  /** AKOOL is asked for fresh addresses once, for all of them. */
  #fresh: Promise<Job> | undefined;

  constructor(dependencies: CompanionDependencies, run: CompanionRun, { job, isFresh }: Asked) {
    this.#dependencies = dependencies;
    this.#run = run;
    this.job = job;
    if (isFresh) this.#fresh = Promise.resolve(job);
  }

  async attempt(role: CompanionRole): Promise<void> {
    if (pendingCompanion(this.job, role) === undefined) return;
    try {
      this.job = await copyCompanion(this.#dependencies, this.job, role, {
        ...this.#run,
        fresh: (error) => this.#askFresh(error),
      });
    } catch (error) {
      await this.#note(role, error);
      if (pendingCompanion(this.job, role) !== undefined) this.errors.push(error);
    }
  }

  async #askFresh(error: ArchiveError): Promise<Job> {
    this.#fresh ??= this.#readFresh(this.job, error);
    return this.#fresh;
  }

  async #readFresh(job: Job, error: ArchiveError): Promise<Job> {
    const { akool, store } = this.#dependencies;
    const answer = await freshAnswer(akool, job.videoModelId, error);
    if (answer === undefined) return job;
    const record = whileOwnedBy(job.execution, (current) =>
      withFreshAddresses(current, answer.akool),
    );
    return updateJob(store, job, record);
  }

  async #note(role: CompanionRole, error: unknown): Promise<void> {
    const { store, now, log } = this.#dependencies;
    const { job } = this;
    const code = nameOf(error);
    const reason = quotedText(
      error instanceof Error ? error.message : code,
      COMPANION_REASON_BYTES,
    );
    log.warn("a companion file could not be archived", { role, code, reason });
    const at = now();
    const failed = { reason, party: partyOf(code), doubtful: keptBy(error, job) };
    const record = whileOwnedBy(job.execution, (current) =>
      withFailedTry(current, role, failed, at),
    );
    this.job = await updateJob(store, job, record);
    if (pendingCompanion(this.job, role) === undefined) {
      log.warn("gave a companion file up", { role, reason });
    }
  }
}

function keptBy(error: unknown, job: Job) {
  if (!(error instanceof SourceIncomplete) || typeof error.stored === "string") return undefined;
  const { sourceUrl: _address, ...kept } = describeFile(error.stored, job, "");
  return kept;
}
