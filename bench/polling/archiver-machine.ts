import { SEND_MESSAGE_RESOURCE } from "@akool-archiver/local-aws/engine/send-message-task.ts";
import type { TaskHandler } from "@akool-archiver/local-aws/engine/task.ts";
import { UPDATE_ITEM_RESOURCE } from "@akool-archiver/local-aws/engine/update-item-task.ts";
import * as z from "zod/mini";
import type { JobStore } from "#aws/job-store.ts";
import type { Job } from "#domain/job/job.ts";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import { trackingTaskSchema } from "#runtime/tracking-task.ts";
import { checkJob } from "#use-cases/tracking/check-job.ts";
import type { FollowingMachine } from "./following-machine.ts";
import { answerAt, type BenchJob, jitterAt, QUEUED_SHARE, videoModelIdOf } from "./job.ts";
import { DEFAULT_BOUNDS, type Strategy } from "./strategies.ts";

const WEBHOOK_URL = "https://archiver.example.com/webhooks/akool";

type Here = Exclude<Strategy, { kind: "job-poller" }>;

/** This project's synthesized workflow, with the real CheckStatus and everything else free. */
export function archiverMachine(
  { functions, stateMachine }: ArchiverAssembly,
  strategy: Here,
  job: BenchJob,
): FollowingMachine {
  const polls: number[] = [];
  const tokens: string[] = [];
  const check = checkTask(strategy, job, polls);
  const archived = { status: "archived" };
  const tasks: Readonly<Record<string, TaskHandler>> = {
    CheckStatus: check.handler,
    ArchiveVideo: async () => archived,
    RecordFailure: async () => Promise.reject(new Error("nothing may fail in the benchmark")),
  };
  const resources = [...functions.values()].map(({ arn, logicalId }): [string, TaskHandler] => {
    const name = Object.keys(tasks).find((task) => logicalId.includes(task)) ?? "";
    return [arn, tasks[name] ?? (async () => Promise.reject(new Error(`${logicalId} is no task`)))];
  });
  return {
    definition: stateMachine.definition,
    resources: new Map<string, TaskHandler>([
      ...resources,
      [SEND_MESSAGE_RESOURCE, async () => ({})],
      [UPDATE_ITEM_RESOURCE, async (parameters) => void tokens.push(tokenIn(parameters))],
    ]),
    input: { videoModelId: videoModelIdOf(job.index) },
    polls,
    onRunning(sendBack) {
      if (strategy.kind !== "webhook") return;
      for (const share of [QUEUED_SHARE, 1]) {
        const webhook = () => {
          check.store.raiseWakes();
          sendBack(tokens.at(-1) ?? "");
        };
        setTimeout(webhook, Math.ceil(job.durationSeconds * share * 1000));
      }
    },
  };
}

function checkTask(strategy: Here, job: BenchJob, polls: number[]) {
  const webhookExpected = strategy.kind === "webhook";
  const akoolFields = webhookExpected ? { webhookUrl: WEBHOOK_URL } : {};
  const policy = {
    poll: webhookExpected ? DEFAULT_BOUNDS : strategy.policy,
    defaultDeadlineHours: 168,
    webhookUrl: webhookExpected ? WEBHOOK_URL : undefined,
  };
  const store = memoryStore();
  const dependencies = {
    store,
    now: () => Date.now(),
    random: () => jitterAt(job, Date.now()),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    eventBusName: "bench",
    publish: async () => {},
    enterInLedger: async () => {},
    meter: { add: () => {} },
    rateLimit: { after: async () => 1 },
    executions: { isRunning: async () => true },
    durations: {
      scheduleFor: async () => (webhookExpected ? undefined : strategy.scheduleFor(job)),
      learn: async () => {},
    },
    akool: {
      async poll() {
        polls.push(Date.now());
        const answer = answerAt(job, Date.now());
        return { ...answer, akool: { ...answer.akool, ...akoolFields } };
      },
    },
  };
  const handler: TaskHandler = (input) =>
    checkJob(dependencies, policy, trackingTaskSchema.parse(input));
  return { handler, store };
}

/** Of one job; the benchmark has one writer. */
function memoryStore() {
  let kept: Job | undefined;
  let count = 0;
  const keep = async (job: Job) => {
    kept = job;
    return job;
  };
  const store: JobStore & { raiseWakes(): void } = {
    get: async () => kept,
    wakes: async () => ({ count, ended: false }),
    wake: async () => undefined,
    create: keep,
    replace: (read, next) => keep({ ...next, version: read.version + 1 }),
    acknowledge: (job, publishedSeq) => keep({ ...job, publishedSeq }),
    publishLater: async () => {},
    raiseWakes: () => void count++,
  };
  return store;
}

const awaitSchema = z.object({
  ExpressionAttributeValues: z.object({ ":token": z.object({ S: z.string() }) }),
});

function tokenIn(parameters: unknown): string {
  return awaitSchema.parse(parameters).ExpressionAttributeValues[":token"].S;
}
