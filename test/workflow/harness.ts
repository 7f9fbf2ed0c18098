import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultApiKey, startAkoolSimulator } from "@akool-archiver/akool-simulator/simulator.ts";
import { startDynamoDb } from "@akool-archiver/local-aws/dynamodb/dynamodb.ts";
import { createWorkflowEngine } from "@akool-archiver/local-aws/engine/engine.ts";
import type { ExecutionRecord } from "@akool-archiver/local-aws/engine/execution-record.ts";
import {
  TaskFailure,
  type TaskHandler,
  type TaskResources,
} from "@akool-archiver/local-aws/engine/task.ts";
import { taskResources } from "@akool-archiver/local-aws/engine/task-resources.ts";
import {
  type EventEnvelope,
  startEventBridge,
} from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import { FunctionError } from "@akool-archiver/local-aws/lambda/function-error.ts";
import { startS3 } from "@akool-archiver/local-aws/s3/s3.ts";
import { startSqs } from "@akool-archiver/local-aws/sqs/sqs.ts";
import { startStepFunctions } from "@akool-archiver/local-aws/step-functions/step-functions.ts";
import { type BundledHandler, importBundle } from "@akool-archiver/test-support/import-bundle.ts";
import { installVirtualClock } from "@akool-archiver/test-support/virtual-clock.ts";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListMultipartUploadsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { vi } from "vitest";
import { createJobStore } from "#aws/job-store.ts";
import type { StatusChangeDetail } from "#domain/events/event-schemas.ts";
import { STATUS_CHANGE_DETAIL_TYPE, VIDEO_EXPIRING_DETAIL_TYPE } from "#domain/events/events.ts";
import { sidecarSchema } from "#domain/job/sidecar-schema.ts";
import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import { synthesize } from "#local/stack/synthesize.ts";

const START = Date.parse("2026-01-05T12:00:00.000Z");

/** Variables of the functions; undefined takes one away. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Something that goes wrong around one task; `after` means that the task has had its effect. */
type Sabotage = (
  task: { resource: string; parameters: unknown },
  run: () => Promise<unknown>,
) => Promise<unknown>;

type Definition = ArchiverAssembly["stateMachine"]["definition"];

const CLIENT = { region: "us-east-1", credentials: { accessKeyId: "t", secretAccessKey: "t" } };

/**
 * The synthesized workflow with the bundled handlers, in this process and on a virtual clock, over
 * the emulators and the simulator of AKOOL. Everything but time, and what a test breaks, is real.
 *
 * @param definition in the place of today's, as an execution has it that was started before an upgrade
 */
export async function openWorkflow(environment: Environment = {}, definition?: Definition) {
  const assembly = withDefinition(await synthesize(), definition);
  const directory = await mkdtemp(join(tmpdir(), "workflow-"));
  const clock = installVirtualClock({ start: START });
  // What a server of the test starts goes on in virtual time, although the server itself is real.
  const virtually = AsyncLocalStorage.snapshot();
  return clock.runReal(() => assemble(assembly, directory, clock, virtually, environment));
}

function withDefinition(assembly: ArchiverAssembly, definition?: Definition): ArchiverAssembly {
  if (definition === undefined) return assembly;
  return { ...assembly, stateMachine: { ...assembly.stateMachine, definition } };
}

async function assemble(
  assembly: ArchiverAssembly,
  directory: string,
  clock: ReturnType<typeof installVirtualClock>,
  virtually: ReturnType<typeof AsyncLocalStorage.snapshot>,
  environment: Environment,
) {
  const events: EventEnvelope[] = [];
  const take = async (event: EventEnvelope): Promise<void> => void events.push(event);
  const bus = { current: take };
  const akool = await startAkoolSimulator({ now: () => clock.now() });
  const dynamoDb = await startDynamoDb({ directory: join(directory, "dynamodb") });
  for (const table of assembly.tables) await dynamoDb.createTable(table);
  const s3 = await startS3({
    root: directory,
    metadata: join(directory, "s3"),
    buckets: { [assembly.bucket.name]: "videos" },
  });
  const eventBridge = await startEventBridge({
    buses: [assembly.eventBus.name],
    account: "000000000000",
    region: "us-east-1",
    onEvent: (event) => bus.current(event),
  });
  const sqs = await startSqs({ directory: join(directory, "sqs") });
  for (const queue of assembly.queues) await sqs.createQueue(queue);
  const handlers = new Map<string, BundledHandler>();
  const sabotage: { current: Sabotage | undefined } = { current: undefined };
  const records = new Map<string, ExecutionRecord>();
  const steps: { executionArn: string; state: string; type: string }[] = [];
  const resources = taskResources({
    functions: assembly.functions,
    invoke: (logicalId, event) => invoke(handlers.get(logicalId), event),
    sqsEndpoint: sqs.endpoint,
    dynamoDbEndpoint: environment.AWS_ENDPOINT_URL_DYNAMODB ?? dynamoDb.endpoint,
  });
  const engine = createWorkflowEngine({
    stateMachineArn: assembly.stateMachine.arn,
    definition: assembly.stateMachine.definition,
    resources: sabotaged(resources, clock.task, () => sabotage.current),
    store: {
      load: async () => [],
      save: async (record) => void records.set(record.executionArn, record),
    },
    onTransition: (executionArn, state, type) => void steps.push({ executionArn, state, type }),
  });
  const stepFunctions = await startStepFunctions({
    engine: {
      callbacks: engine.callbacks,
      start: (input) => virtually(() => engine.start(input)),
      redrive: (executionArn) => virtually(() => engine.redrive(executionArn)),
      describe: (executionArn) => engine.describe(executionArn),
      stop: (executionArn, error, cause) => engine.stop(executionArn, error, cause),
      list: (filter) => engine.list(filter),
    },
    stateMachineArns: [assembly.stateMachine.arn],
  });
  for (const { logicalId, bundlePath, environment: own } of assembly.functions.values()) {
    handlers.set(
      logicalId,
      await importBundle(bundlePath, {
        ...own,
        LOG_LEVEL: "SILENT",
        POWERTOOLS_METRICS_DISABLED: "true",
        AKOOL_BASE_URL: akool.baseUrl,
        AKOOL_API_KEY: defaultApiKey,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "t",
        AWS_SECRET_ACCESS_KEY: "t",
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
        AWS_ENDPOINT_URL_S3: s3.endpoint,
        AWS_ENDPOINT_URL_SFN: stepFunctions.endpoint,
        AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.endpoint,
        AWS_MAX_ATTEMPTS: "1",
        ...environment,
      }),
    );
  }
  const client = new DynamoDBClient({ ...CLIENT, endpoint: dynamoDb.endpoint });
  const objects = new S3Client({ ...CLIENT, endpoint: s3.endpoint });
  const store = createJobStore({ client, tableName: assembly.table.name, retentionDays: 0 });
  let started = 0;
  /** Calls a function, by what its logical id begins with. */
  const call = (name: string, event: unknown) =>
    clock.runReal(() => {
      const logicalId = [...handlers.keys()].find((it) => it.startsWith(name)) ?? "";
      return invoke(handlers.get(logicalId), event);
    });

  return {
    clock,
    akool,
    engine,
    steps,
    /** Breaks tasks until it is set back. */
    sabotage,
    bus: {
      /** Takes nothing until it is up again. */
      down() {
        bus.current = () => Promise.reject(new Error("the bus is down"));
      },
      up() {
        bus.current = take;
      },
      /** Takes the next so many events, and does not live to say so. */
      loseAnswers(times: number) {
        let left = times;
        bus.current = async (event) => {
          await take(event);
          if (left-- > 0) throw new Error("the answer was lost");
        };
      },
    },
    job: (id: string) => clock.runReal(() => store.get(id)),
    /** Statuses in the order in which they were published, repetitions and all. */
    published: (id: string) => detailsOf(events, id).map(({ status }) => status),
    details: (id: string) => detailsOf(events, id),
    /** Ids of the warnings that a video expires unarchived. */
    warned: (id: string) =>
      events
        .filter((event) => event["detail-type"] === VIDEO_EXPIRING_DETAIL_TYPE)
        .map(({ detail }) => detail.eventId)
        .filter((eventId) => eventId === `${id}/expiring`),
    async start(input: Record<string, unknown>) {
      const { executionArn } = await engine.start({
        stateMachineArn: assembly.stateMachine.arn,
        name: `execution-${started++}`,
        input: JSON.stringify(input),
      });
      return executionArn;
    },
    /** Lets this much time go by, and all that is due in it happen. */
    pass: (ms: number) => clock.runUntil(new Promise((resolve) => setTimeout(resolve, ms))),
    end: (executionArn: string) => clock.runUntil(engine.ended(executionArn)),
    states: (executionArn: string) =>
      steps
        .filter((step) => step.executionArn === executionArn && step.type === "StateEntered")
        .map(({ state }) => state),
    videos: () => readdir(join(directory, "videos"), { recursive: true }),
    video: (id: string) => readFile(join(directory, "videos", `${id}.mp4`)),
    sidecar: async (id: string) =>
      sidecarSchema.parse(
        JSON.parse(await readFile(join(directory, "videos", `${id}.json`), "utf8")),
      ),
    /** Stores an object of its own beside the functions' ones. */
    putObject: (Key: string, Body: string) =>
      clock.runReal(() =>
        objects.send(new PutObjectCommand({ Bucket: assembly.bucket.name, Key, Body })),
      ),
    openUploads: () =>
      clock.runReal(async () => {
        const command = new ListMultipartUploadsCommand({ Bucket: assembly.bucket.name });
        return (await objects.send(command)).Uploads ?? [];
      }),
    /** One run of the sweeper, as its schedule starts it. */
    sweep: () => call("Sweeper", {}),
    call,
    dynamoDbEndpoint: dynamoDb.endpoint,
    /** What was refused, oldest first. */
    deadLetters: () =>
      clock.runReal(async () => {
        const queue = new SQSClient({ ...CLIENT, endpoint: sqs.endpoint });
        const QueueUrl = assembly.queues[0]?.url;
        const { Messages = [] } = await queue.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        queue.destroy();
        return Messages.map(({ Body = "" }) => JSON.parse(Body));
      }),
    async close() {
      await engine.close();
      clock.uninstall();
      vi.unstubAllEnvs();
      await Promise.all(
        [stepFunctions, eventBridge, s3, sqs, dynamoDb, akool].map((server) => server.close()),
      );
      client.destroy();
      objects.destroy();
      await rm(directory, { recursive: true });
    },
  };
}

export type Workflow = Awaited<ReturnType<typeof openWorkflow>>;

/** Lambda's failure of an invocation: what a crash of the process looks like from outside. */
export function crash(): TaskFailure {
  return new TaskFailure(
    "Lambda.Unknown",
    '{"errorType":"Runtime.ExitError","errorMessage":"crash"}',
  );
}

async function invoke(handler: BundledHandler | undefined, event: unknown): Promise<unknown> {
  try {
    const result = await handler?.(JSON.parse(JSON.stringify(event)), {
      functionName: "test",
      awsRequestId: "test",
      getRemainingTimeInMillis: () => 240_000,
    });
    return JSON.parse(JSON.stringify(result));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new FunctionError({ errorType: name, errorMessage: message, trace: [] });
  }
}

function sabotaged(
  resources: TaskResources,
  real: (handler: TaskHandler) => TaskHandler,
  current: () => Sabotage | undefined,
): TaskResources {
  return new Map(
    [...resources].map(([resource, handler]): [string, TaskHandler] => [
      resource,
      real(async (parameters, context) => {
        const run = () => handler(parameters, context);
        return current()?.({ resource, parameters }, run) ?? run();
      }),
    ]),
  );
}

function detailsOf(events: readonly EventEnvelope[], id: string): StatusChangeDetail[] {
  return events
    .filter((event) => event["detail-type"] === STATUS_CHANGE_DETAIL_TYPE)
    .map(({ detail }) => detail as unknown as StatusChangeDetail)
    .filter(({ videoModelId }) => videoModelId === id);
}
