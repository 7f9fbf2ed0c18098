import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { LocalWorkflowEngine } from "@akool-archiver/local-aws/engine/engine.ts";
import type { TransitionType } from "@akool-archiver/local-aws/engine/execution.ts";
import { taskResources } from "@akool-archiver/local-aws/engine/task-resources.ts";
import type { EventEnvelope } from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import type { EventRouter } from "@akool-archiver/local-aws/event-bridge/event-router.ts";
import {
  executionEndedEvent,
  SERVICE_EVENTS_BUS,
} from "@akool-archiver/local-aws/event-bridge/execution-event.ts";
import { openEventRouter } from "@akool-archiver/local-aws/event-bridge/open-event-router.ts";
import { startSchedules } from "@akool-archiver/local-aws/event-bridge/schedules.ts";
import { LOCAL_CLIENT } from "@akool-archiver/local-aws/http/local-client.ts";
import type { PortChoice } from "@akool-archiver/local-aws/http/local-server.ts";
import {
  createLambdaRuntime,
  type LambdaRuntime,
} from "@akool-archiver/local-aws/lambda/lambda-runtime.ts";
import { ExecutionStarter } from "@akool-archiver/local-aws/step-functions/execution-starter.ts";
import { startStepFunctions } from "@akool-archiver/local-aws/step-functions/step-functions.ts";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { DOWNLOAD_PROXY } from "#archive/source/download-guard.ts";
import { createJobStore, type JobStore } from "#aws/job-store.ts";
import type { ArchiverAssembly } from "./archiver-assembly.ts";
import { requireValidSettings, withoutWebhookAddress } from "./function-settings.ts";
import { openEngines } from "./open-engines.ts";
import { type Endpoints, openServices } from "./open-services.ts";

export interface LocalStackOptions {
  assembly: ArchiverAssembly;
  /** Holds everything that survives the process. */
  dataDirectory: string;
  /** Variables for the functions, over the template's. */
  settings: Readonly<Record<string, string>>;
  /** The proxy for what the functions send over https, as `LambdaRuntimeOptions` has it. */
  proxy?: Readonly<Record<string, string>> | undefined;
  /** Which unfinished executions continue, by name; the others are left alone. */
  resumes: (executionName: string) => boolean;
  /** Whether schedules run: they act on all jobs, not only on those asked for. */
  schedules?: boolean;
  /** Whether unfinished imports continue; by default they are left alone. */
  resumesImports?: boolean;
  onEvent?: (event: EventEnvelope) => void;
  /** Called for every step of every execution. */
  onTransition?: (executionArn: string, stateName: string, type: TransitionType) => void;
  /** Called with the number of bytes each time some arrive in the bucket. */
  onBytesStored?: (key: string, bytes: number) => void;
  /**
   * Called for faults that keep videos from being stored, mostly a full disk. The copy is retried.
   */
  onStorageFault?: (error: unknown) => void;
  /** Called for every message that the dead-letter queue takes. */
  onDeadLetter?: (body: string) => void;
  /** Where EventBridge and S3 listen; any free port by default. */
  ports?: { readonly events: PortChoice; readonly s3: PortChoice };
  /** Where the API is served, when it is: its pages may follow their links to videos. */
  apiOrigin?: string;
  /** Called for events that could not be delivered. */
  onProblem?: (text: string) => void;
}

/** The synthesized stack, running in this process against emulators for AWS. */
export interface LocalStack {
  sfn: SFNClient;
  stateMachineArn: string;
  engine: LocalWorkflowEngine;
  store: JobStore;
  /** ARNs of the executions that continue from an earlier run. */
  resumed: readonly string[];
  videosDirectory: string;
  /** For `aws events put-events --endpoint-url`. */
  eventBridgeEndpoint: string;
  /** For `aws s3 cp --endpoint-url`. */
  s3Endpoint: string;
  /** The bucket for lists to import; absent when the stack has no imports. */
  importBucket?: string;
  /** Invokes a function by its logical id or ARN. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Starts a function that is about to be called, by its logical id or ARN. */
  prepare(functionName: string): void;
  /** Stops at once; unfinished executions continue in the next run with the same directory. */
  close(): Promise<void>;
}

/** For every service without an emulator: nothing listens there, so AWS itself is never called. */
const NO_SERVICE = "http://127.0.0.1:9";

/**
 * Starts the stack: the emulators, the functions of the assembly, its state machines, and the
 * routing of its events.
 *
 * @throws DataDirectoryInUse, InvalidEnvironment, PortInUse, UnsupportedDefinition, UnsupportedTable,
 *   UnsupportedQueue, UnsupportedPattern, UnsupportedRule
 */
export async function openLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { dataDirectory } = options;
  const assembly = withoutWebhookAddress(options.assembly);
  requireValidSettings(assembly, options.settings);
  await using opening = new AsyncDisposableStack();
  let router: EventRouter | undefined;
  const endpoints = await openServices(
    {
      assembly,
      dataDirectory,
      onBytesStored: options.onBytesStored,
      apiOrigin: options.apiOrigin,
      onStorageFault: options.onStorageFault,
      onDeadLetter: options.onDeadLetter,
      ports: options.ports,
      onEvent(event, busName) {
        options.onEvent?.(event);
        return router?.route(busName, event);
      },
    },
    opening,
  );
  const functions = openFunctions(assembly, options, opening);
  const engines = openEngines(
    {
      assembly,
      dataDirectory,
      resources: taskResources({
        functions: assembly.functions,
        invoke: functions.invoke,
        dynamoDbEndpoint: endpoints.dynamoDb,
        sqsEndpoint: endpoints.sqs,
      }),
      s3Endpoint: endpoints.s3,
      resumes: options.resumes,
      resumesImports: options.resumesImports ?? false,
      onTransition: options.onTransition,
      onEnded: (execution) =>
        router?.route(SERVICE_EVENTS_BUS, executionEndedEvent(execution, Date.now())) ??
        Promise.resolve(),
    },
    opening,
  );
  const starter = new ExecutionStarter(engines.all);
  router = openEventRouter({
    assembly,
    directory: join(dataDirectory, "deliveries"),
    sqsEndpoint: endpoints.sqs,
    start: (input) => starter.start(input),
    invoke: functions.invoke,
    onProblem: options.onProblem ?? (() => {}),
  });
  const { close: closeRouter } = router;
  opening.defer(() => closeRouter());
  const stepFunctions = await startStepFunctions({
    engine: engines.all,
    stateMachineArns: engines.stateMachineArns,
  });
  opening.defer(() => stepFunctions.close());
  functions.start({
    AWS_ENDPOINT_URL: NO_SERVICE,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SFN: stepFunctions.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    ...options.settings,
  });
  const clients = openClients(endpoints, stepFunctions.endpoint, opening);
  // In this order, since a repeated delivery must find the execution that it has started.
  const resumed = await engines.resume();
  await router.resume();
  if (options.schedules) {
    const schedules = startSchedules(assembly.schedules, router, options.onProblem ?? (() => {}));
    opening.defer(() => schedules.close());
  }
  const open = opening.move();
  return {
    sfn: clients.sfn,
    stateMachineArn: assembly.stateMachine.arn,
    engine: engines.tracking,
    store: createJobStore({
      client: clients.dynamoDb,
      tableName: assembly.table.name,
      retentionDays: 0,
    }),
    resumed,
    videosDirectory: join(dataDirectory, "videos"),
    eventBridgeEndpoint: endpoints.eventBridge,
    s3Endpoint: endpoints.s3,
    ...(assembly.imports && { importBucket: assembly.imports.bucket.name }),
    invoke: functions.invoke,
    prepare: functions.prepare,
    close: () => open.disposeAsync(),
  };
}

function openClients(endpoints: Endpoints, sfnEndpoint: string, opening: AsyncDisposableStack) {
  const dynamoDb = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: endpoints.dynamoDb });
  const sfn = new SFNClient({ ...LOCAL_CLIENT, endpoint: sfnEndpoint });
  opening.defer(() => dynamoDb.destroy());
  opening.defer(() => sfn.destroy());
  return { dynamoDb, sfn };
}

/**
 * The functions need the address of Step Functions, whose engine needs the functions: so they are
 * declared first and started once every address is known.
 */
function openFunctions(
  assembly: ArchiverAssembly,
  { dataDirectory, proxy }: LocalStackOptions,
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
        ...(proxy && { proxy: { variables: proxy, symbol: DOWNLOAD_PROXY } }),
        onLog: (name, line) => appendFileSync(join(logs, `${name}.log`), `${line}\n`),
      });
    },
    async invoke(logicalId: string, event: unknown) {
      return runtime?.invoke(logicalId, event);
    },
    prepare: (logicalId: string) => runtime?.prepare(logicalId),
  };
}
