import type { Balance, ReadBalance } from "#akool/balance.ts";
import type { ImportExecutions, ListedImport } from "#aws/import-executions.ts";
import type { JobList } from "#aws/job-list.ts";
import type { ExpiringVideo } from "#aws/ledger-notes.ts";
import { obstacleOf } from "#domain/events/events.ts";
import { type Job, toIso, VIDEO_LIFETIME_MS } from "#domain/job/job.ts";
import {
  type BudgetState,
  budgetState,
  type CreditBudget,
  periodOf,
} from "#domain/ledger/budget.ts";
import { dayOf, monthOf } from "#domain/ledger/days.ts";
import type { StatusCounts } from "#domain/ledger/hour-sums.ts";
import { missingOf } from "#domain/ledger/missing.ts";
import { totalOf } from "#domain/ledger/rows.ts";
import type { Sums } from "#domain/ledger/sums.ts";
import { nameOf } from "#domain/text/error-name.ts";
import { countUnknown } from "#use-cases/swaps/list-submissions.ts";
import type { Log } from "#use-cases/tracking/dependencies.ts";
import { type LedgerDependencies, readTotals } from "./read-ledger.ts";
import { readRecentHours } from "./recent-hours.ts";

export interface SummaryDependencies extends LedgerDependencies {
  list: JobList;
  imports: ImportExecutions;
  budget: CreditBudget | undefined;
  readBalance: ReadBalance;
  log: Log;
}

/** An unarchived video, or one with companions that are not archived. */
export interface Expiring {
  job: Job;
  missing: "video" | "companions";
  reason: string | undefined;
}

export interface Summary {
  at: string;
  counts: StatusCounts;
  /** When the sweeper has counted; undefined before its first run. */
  countedAt: string | undefined;
  expiring: Expiring[];
  submissionsUnknown: number;
  /** Undefined while Step Functions does not answer: nothing else depends on it. */
  imports: ListedImport[] | undefined;
  day: string;
  credits: Sums;
  budget: BudgetState | undefined;
  /** Undefined while AKOOL does not tell. */
  balance: Balance | undefined;
  uncountedSince: string | undefined;
}

const MOST_EXPIRING = 20;
/** Some were archived since they were noted, and are passed over. */
const READ_EXPIRING = 40;
const MOST_IMPORTS = 10;

/** How things stand, for a person or a console. At most ten reads of tables, however many jobs. */
export async function readSummary(dependencies: SummaryDependencies): Promise<Summary> {
  const now = dependencies.now();
  const day = dayOf(now);
  const [counted, expiring, submissionsUnknown, imports, spending, balance] = await Promise.all([
    dependencies.notes.counts(),
    readExpiring(dependencies),
    countUnknown(dependencies, "0", toIso(now)),
    runningImports(dependencies),
    readSpending(dependencies, `${monthOf(day)}-01`, day),
    dependencies.readBalance(),
  ]);
  const { budget } = dependencies;
  const ofToday = [...spending.hours].filter(([hour]) => hour.startsWith(day));
  return {
    at: toIso(now),
    counts: counted?.counts ?? {},
    countedAt: counted?.at,
    expiring,
    submissionsUnknown,
    imports,
    day,
    credits: totalOf(new Map(ofToday)),
    budget: budget && budgetState(budget, spending.hours, periodOf(budget, now)),
    balance,
    uncountedSince: spending.uncountedSince,
  };
}

async function readSpending(dependencies: LedgerDependencies, from: string, to: string) {
  const recent = await readRecentHours(dependencies, from, to);
  const hours = await readTotals(dependencies, recent, from, to);
  return { hours, uncountedSince: recent.uncountedSince };
}

async function readExpiring({ notes, list, now }: SummaryDependencies): Promise<Expiring[]> {
  const noted = await notes.expiring(toIso(now() - VIDEO_LIFETIME_MS), READ_EXPIRING);
  if (noted.length === 0) return [];
  const jobs = await list.read(noted.map(({ videoModelId }) => videoModelId));
  return noted.flatMap((video) => stillExpiring(video, jobs)).slice(0, MOST_EXPIRING);
}

function stillExpiring(
  { videoModelId, videoExpiresAt }: ExpiringVideo,
  jobs: ReadonlyMap<string, Job>,
): Expiring[] {
  const job = jobs.get(videoModelId);
  if (job === undefined || job.videoExpiresAt !== videoExpiresAt) return [];
  const missing = missingOf(job);
  return missing === undefined ? [] : [{ job, missing, reason: obstacleOf(job) }];
}

async function runningImports({ imports, log }: SummaryDependencies) {
  try {
    return (await imports.list({ limit: MOST_IMPORTS, isRunning: true })).imports;
  } catch (error) {
    log.warn("could not list the imports", { error: nameOf(error) });
    return undefined;
  }
}
