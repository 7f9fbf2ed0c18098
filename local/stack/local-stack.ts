import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createJobStore, type JobStore } from "#aws/job-store.ts";
import type { Assembly } from "#local/assembly/assembly.ts";
import { LOCAL_REGION } from "#local/assembly/local-names.ts";
import { createLambdaRuntime, type LambdaRuntime } from "#local/lambda/lambda-runtime.ts";
import { startDynamoDb } from "#local/stand-ins/dynamodb.ts";
import { type EventEnvelope, startEventBridge } from "#local/stand-ins/event-bridge.ts";
import { startS3 } from "#local/stand-ins/s3.ts";
import { startStepFunctions } from "#local/stand-ins/step-functions.ts";
import { createWorkflowEngine, type LocalWorkflowEngine } from "#local/workflow/engine.ts";
import type { TransitionType } from "#local/workflow/execution.ts";
import { type ExecutionStore, fileStore } from "#local/workflow/execution-store.ts";
import { taskResources } from "#local/workflow/task-resources.ts";
import { requireValidSettings } from "./function-settings.ts";

export interface LocalStackOptions {
  assembly: Assembly;
  /** Everything that outlives the process lies below it. */
  dataDirectory: string;
  /** Variables for the functions, over the template's. */
  settings: Readonly<Record<string, string>>;
  /** Which unfinished executions go on, by their names; the others are left as they are. */
  resumes: (executionName: string) => boolean;
  onEvent?: (event: EventEnvelope) => void;
  /** Hears of every step of every execution. */
  onTransition?: (executionArn: string, stateName: string, type: TransitionType) => void;
  /** Bytes that have arrived in the bucket, each time some do. */
  onBytesStored?: (key: string, bytes: number) => void;
}

/** The synthesized stack, running in this process against stand-ins for AWS. */
export interface LocalStack {
  sfn: SFNClient;
  stateMachineArn: string;
  engine: LocalWorkflowEngine;
  store: JobStore;
  /** ARNs of the executions that an earlier run has left unfinished and that go on now. */
  resumed: readonly string[];
  videosDirectory: string;
  /** Stops at once; unfinished executions go on in the next run with the same directory. */
  close(): Promise<void>;
}

/** Stand-ins accept any credentials, and must never be shown real ones. */
const LOCAL_CLIENT = {
  region: LOCAL_REGION,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};

/**
 * Starts the stack: the stand-ins, the functions of the assembly, and its state machine.
 *
 * @throws DataDirectoryInUse, InvalidEnvironment, UnsupportedDefinition, UnsupportedTable
 */
export async function openLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  requireValidSettings(options.assembly, options.settings);
  await using opening = new AsyncDisposableStack();
  const endpoints = await openStandIns(options, opening);
  const functions = openFunctions(options, opening);
  const engine = createWorkflowEngine({
    stateMachineArn: options.assembly.stateMachine.arn,
    definition: options.assembly.stateMachine.definition,
    resources: taskResources({
      functions: options.assembly.functions,
      invoke: (logicalId, event) => functions.invoke(logicalId, event),
      eventBridgeEndpoint: endpoints.eventBridge,
    }),
    store: resumable(fileStore(join(options.dataDirectory, "executions")), options.resumes),
    ...(options.onTransition === undefined ? {} : { onTransition: options.onTransition }),
  });
  opening.defer(() => engine.close());
  const stepFunctions = await startStepFunctions({
    engine,
    stateMachineArns: [options.assembly.stateMachine.arn],
  });
  opening.defer(() => stepFunctions.close());
  functions.start({
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SFN: stepFunctions.endpoint,
    ...options.settings,
  });
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: endpoints.dynamoDb });
  const resumed = await engine.resume();
  const open = opening.move();
  return {
    sfn: new SFNClient({ ...LOCAL_CLIENT, endpoint: stepFunctions.endpoint }),
    stateMachineArn: options.assembly.stateMachine.arn,
    engine,
    store: createJobStore({ client, tableName: options.assembly.table.name, retentionDays: 0 }),
    resumed,
    videosDirectory: join(options.dataDirectory, "videos"),
    close: () => open.disposeAsync(),
  };
}

async function openStandIns(options: LocalStackOptions, opening: AsyncDisposableStack) {
  const { assembly, dataDirectory } = options;
  const dynamoDb = await startDynamoDb({ directory: join(dataDirectory, "dynamodb") });
  opening.defer(() => dynamoDb.close());
  await dynamoDb.createTable(assembly.table);
  const s3 = await startS3({
    root: dataDirectory,
    metadata: join(dataDirectory, "s3"),
    buckets: { [assembly.bucket.name]: "videos" },
    ...(options.onBytesStored === undefined ? {} : { onBytes: options.onBytesStored }),
  });
  opening.defer(() => s3.close());
  const eventBridge = await startEventBridge({
    buses: [assembly.eventBus.name],
    account: "000000000000",
    region: LOCAL_REGION,
    file: join(dataDirectory, "events.jsonl"),
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
  opening.defer(() => eventBridge.close());
  return { dynamoDb: dynamoDb.endpoint, s3: s3.endpoint, eventBridge: eventBridge.endpoint };
}

/**
 * The functions need the address of Step Functions, whose engine needs the functions: so they are
 * named first and started once every address is known.
 */
function openFunctions(
  { assembly, dataDirectory }: LocalStackOptions,
  opening: AsyncDisposableStack,
) {
  const logs = join(dataDirectory, "logs");
  mkdirSync(logs, { recursive: true });
  let runtime: LambdaRuntime | undefined;
  opening.defer(() => runtime?.close());
  return {
    start(environment: Readonly<Record<string, string>>) {
      runtime = createLambdaRuntime({
        functions: assembly.functions,
        environment,
        onLog: (name, line) => appendFileSync(join(logs, `${name}.log`), `${line}\n`),
      });
    },
    async invoke(logicalId: string, event: unknown) {
      return runtime?.invoke(logicalId, event);
    },
  };
}

function resumable(store: ExecutionStore, resumes: (name: string) => boolean): ExecutionStore {
  return {
    load: async () => (await store.load()).filter(({ name }) => resumes(name)),
    save: (record) => store.save(record),
  };
}
