import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import * as z from "zod/mini";
import { InvalidEnvironment } from "#functions/environment.ts";
import { synthesize } from "#local/assembly/synthesize.ts";
import type { Display } from "#local/display/display.ts";
import { type LocalStack, openLocalStack } from "#local/stack/local-stack.ts";
import { DataDirectoryInUse } from "#local/stand-ins/data-directory-lock.ts";
import type { CommonOptions } from "./command-line.ts";
import { type Followed, Follower } from "./follow.ts";
import type { JobView } from "./job-view.ts";
import { requireDirectory } from "./preflight.ts";
import type { FunctionSettings } from "./settings.ts";
import { UsageError } from "./usage-error.ts";

export interface SessionOptions extends CommonOptions {
  settings: FunctionSettings;
  display: Display;
  /** Given when the user interrupts. */
  interrupted: AbortSignal;
  resumes: (executionName: string) => boolean;
  /** What to follow, once the stack is up; told what goes on from earlier runs. */
  begin: (stack: LocalStack, resumed: readonly Followed[]) => Promise<readonly Followed[]>;
}

/**
 * Brings the local stack up, follows jobs until all have ended or the user interrupts, and takes
 * the stack down again.
 *
 * @returns the jobs as they stand in the end
 * @throws UsageError for settings or a data directory that cannot be used
 */
export async function runSession(options: SessionOptions): Promise<JobView[]> {
  await requireDirectory(options.data);
  const follower = new Follower(options.display);
  const assembly = await synthesize();
  let stack: LocalStack | undefined;
  const opened = await openLocalStack({
    assembly,
    dataDirectory: options.data,
    settings: options.settings,
    resumes: options.resumes,
    onTransition: (arn, _state, type) => {
      if (type === "StateRetried") follower.restarted(arn);
      if (stack) follower.stepped(stack, arn).catch(ignoreWhenClosed(options));
    },
    onBytesStored: (key, bytes) => follower.stored(key, bytes),
  }).catch(asUsageError);
  stack = opened;
  try {
    const jobs = await options.begin(opened, await resumedJobs(opened));
    await follower.follow(opened, jobs, options.interrupted);
    return follower.views;
  } finally {
    if (follower.views.length > 0) options.display.finished(follower.views);
    await opened.close();
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

function asUsageError(error: unknown): never {
  if (error instanceof DataDirectoryInUse || error instanceof InvalidEnvironment) {
    throw new UsageError(error.message);
  }
  throw error;
}

/** A look at a record that was under way when the stack went down has nobody to tell. */
function ignoreWhenClosed({ interrupted }: SessionOptions) {
  return (error: unknown) => {
    if (!interrupted.aborted) throw error;
  };
}
