import { TableDefinitionChanged } from "@akool-archiver/local-aws/dynamodb/table.ts";
import { DamagedExecution } from "@akool-archiver/local-aws/engine/execution-store.ts";
import { DataDirectoryInUse } from "@akool-archiver/local-aws/storage/data-directory-lock.ts";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import * as z from "zod/mini";
import { createTrackingExecutions } from "#aws/executions.ts";
import { retryOnConflict } from "#aws/versioned-write.ts";
import type { Job } from "#domain/job/job.ts";
import type { Display } from "#local/display/display.ts";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import {
  type LocalStack,
  type LocalStackOptions,
  openLocalStack,
} from "#local/stack/local-stack.ts";
import { InvalidEnvironment } from "#runtime/environment.ts";
import { beginCompanionRun } from "#use-cases/jobs/companion-run.ts";
import type { CommonOptions } from "./command-line.ts";
import { type Followed, Follower } from "./follow.ts";
import { type JobView, waitsForCompanions } from "./job-view.ts";
import { MachineLimit, MachineLimits, machineLimitOf } from "./machine-limit.ts";
import { isFileSystemError, unusableDirectory } from "./preflight.ts";
import type { ProxyEnvironment } from "./proxy.ts";
import type { FunctionSettings } from "./settings.ts";
import { UsageError } from "./usage-error.ts";

export interface SessionOptions extends CommonOptions {
  /** Absent when the user has interrupted before it was there. */
  assembly: ArchiverAssembly | undefined;
  settings: FunctionSettings;
  proxy?: ProxyEnvironment | undefined;
  display: Display;
  /** Aborted when the user interrupts. */
  interrupted: AbortSignal;
  /** Which unfinished executions of earlier runs continue, by name. */
  resumes: (executionName: string) => boolean;
  /** What to follow, once the stack is up; gets what continues from earlier runs. */
  begin: (stack: LocalStack, resumed: readonly Followed[]) => Promise<readonly Followed[]>;
}

/**
 * Brings the local stack up, follows jobs until all have ended or the user interrupts, and takes
 * the stack down again.
 *
 * @returns the jobs as they stand in the end; none when the user interrupted before the start
 * @throws UsageError for settings or a data directory that cannot be used
 * @throws MachineLimit when the disk is full, and the like
 */
export async function runSession(options: SessionOptions): Promise<JobView[]> {
  const follower = new Follower(options.display);
  const { assembly, data, settings, proxy, interrupted, resumes, display } = options;
  if (assembly === undefined) return [];
  const limit = new MachineLimits();
  const stack = await openStack({
    assembly,
    dataDirectory: data,
    settings,
    proxy,
    resumes,
    onTransition: (executionArn, _state, type) => follower.stepped(executionArn, type),
    onBytesStored: (key, bytes) => follower.stored(key, bytes),
    onProblem: display.note,
    onStorageFault: (error) => limit.hearOf(error),
  });
  try {
    const jobs = await options.begin(stack, await resumedJobs(stack));
    const watched = { ...stack, beginCompanionRun: (job: Job) => runForCompanions(stack, job) };
    await follower.follow(watched, jobs, AbortSignal.any([interrupted, limit.reached]));
    // Jobs that wait for disk space would fail in the end. Stopped now, they can be continued.
    limit.throwIfReached();
    return follower.views;
  } finally {
    if (follower.views.length > 0) options.display.finished(follower.views);
    await stack.close();
  }
}

/** Starts an execution for a job through the ordinary SDK client, as every caller does. */
export async function startTracking(
  { sfn, stateMachineArn }: LocalStack,
  videoModelId: string,
  name: string,
): Promise<Followed> {
  const { executionArn = "" } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ videoModelId }) }),
  );
  return { executionArn, videoModelId };
}

/** What somebody else has written meanwhile is read again. */
function runForCompanions({ sfn, stateMachineArn, store }: LocalStack, known: Job): Promise<Job> {
  const executions = createTrackingExecutions(sfn, stateMachineArn);
  return retryOnConflict(async () => {
    const job = (await store.get(known.videoModelId)) ?? known;
    if (!waitsForCompanions(job)) return job;
    return beginCompanionRun({ store, executions, now: Date.now }, job);
  });
}

/**
 * Opens the local stack.
 *
 * @throws UsageError for settings or a data directory that cannot be used
 */
export async function openStack(options: LocalStackOptions): Promise<LocalStack> {
  try {
    return await openLocalStack(options);
  } catch (error) {
    throw asUsageError(error, options.dataDirectory);
  }
}

const inputSchema = z.object({ videoModelId: z.string() });

async function resumedJobs({ engine, resumed }: LocalStack): Promise<Followed[]> {
  const executions = await Promise.all(resumed.map((arn) => engine.describe(arn)));
  return executions.flatMap((execution) =>
    execution === undefined
      ? []
      : [
          {
            executionArn: execution.executionArn,
            videoModelId: inputSchema.parse(JSON.parse(execution.input)).videoModelId,
          },
        ],
  );
}

function asUsageError(error: unknown, data: string): unknown {
  if (error instanceof DataDirectoryInUse) {
    return new UsageError(
      `the data directory ${data} is in use by another process: end that one, or choose another ` +
        "with --data",
    );
  }
  const limit = machineLimitOf(error);
  if (limit !== undefined) return new MachineLimit(limit);
  if (error instanceof InvalidEnvironment) return new UsageError(error.message);
  const isOfDirectory =
    error instanceof TableDefinitionChanged ||
    error instanceof DamagedExecution ||
    isFileSystemError(error);
  return isOfDirectory ? unusableDirectory(data, error) : error;
}
