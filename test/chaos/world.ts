import { AsyncLocalStorage } from "node:async_hooks";
import { defaultApiKey, defaultClientId } from "@akool-archiver/akool-simulator/simulator.ts";
import {
  createWorkflowEngine,
  type LocalWorkflowEngine,
} from "@akool-archiver/local-aws/engine/engine.ts";
import type { TaskHandler, TaskResources } from "@akool-archiver/local-aws/engine/task.ts";
import { taskResources } from "@akool-archiver/local-aws/engine/task-resources.ts";
import type { EventEnvelope } from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import { startStepFunctions } from "@akool-archiver/local-aws/step-functions/step-functions.ts";
import type {
  ExecutionDescription,
  WorkflowEngine,
} from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import type { FunctionAsset } from "@akool-archiver/local-aws/template/assembly.ts";
import { installVirtualClock } from "@akool-archiver/test-support/virtual-clock.ts";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import { synthesize } from "#local/stack/synthesize.ts";
import { Baton } from "./baton.ts";
import { CLIENT, openServices } from "./emulators.ts";
import type { Exchange } from "./exchange.ts";
import { loadFunctions, nameOf } from "./functions.ts";
import { HandlerTime } from "./handler-time.ts";
import { Senders } from "./senders.ts";
import { type Effect, Wire } from "./wire.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-01-05T12:00:00.000Z");

const definitionSchema = z.looseObject({ TimeoutSeconds: z.number() });

/** Far from AKOOL's own hosts, and from this machine: the simulator must not call it by itself. */
export const WEBHOOK_URL = "https://archiver.example.com/webhooks/akool";

/** The secret's right content. */
export const CREDENTIALS = { apiKey: defaultApiKey, clientId: defaultClientId };

/** What one history does with the world. */
export interface Script {
  secret: () => { current: typeof CREDENTIALS };
  meddle: (exchange: Exchange) => Promise<void>;
  onEffect: (effect: Effect) => void;
  onEvent: (event: EventEnvelope, bus: string) => Promise<void>;
  onLog: (line: string) => void;
  /** One run of a function, by its logical id. */
  invoke: (logicalId: string, event: unknown) => Promise<unknown>;
  /** One call of the state machine's own to a service. */
  callService: (name: string, call: () => Promise<unknown>) => Promise<unknown>;
  onTransition: (executionArn: string, type: string) => void;
  onEnded: (execution: ExecutionDescription) => Promise<void>;
  engine: LocalWorkflowEngine;
}

/**
 * One process's world: virtual time, the emulators, and the bundled functions. It is opened once and
 * used by one history after the other; each begins weeks after the one before, with ids of its own.
 */
export async function openWorld() {
  // What begins inside of a request (an execution, a delivery) goes on outside of it.
  const outside = AsyncLocalStorage.snapshot();
  const assembly = await synthesize();
  const baton = new Baton();
  const clock = installVirtualClock({ start: START });
  const time = new HandlerTime(clock, (invocation) => baton.yield(invocation));
  const senders = new Senders(() => time.running);
  let script: Script | undefined;
  const current = (): Script => {
    if (script === undefined) throw new Error("no history is being played");
    return script;
  };
  const wire = new Wire({
    baton,
    senders,
    time,
    now: clock.now,
    meddle: (exchange) => current().meddle(exchange),
    onEffect: (effect) => script?.onEffect(effect),
  });
  const opened = await clock.runReal(async () => {
    const emulators = await openServices({
      assembly,
      secret: () => current().secret(),
      now: clock.now,
      onEvent: (event, bus) => outside(() => current().onEvent(event, bus)),
    });
    const stepFunctions = await startStepFunctions({
      engine: engineOf((call) => outside(() => call(current().engine))),
      stateMachineArns: [assembly.stateMachine.arn],
    });
    const { akool, dynamoDb, s3, events, sqs, secrets } = emulators;
    wire.register("akool", akool.origin);
    wire.register("dynamodb", dynamoDb.endpoint);
    wire.register("s3", s3.endpoint);
    wire.register("events", events.endpoint);
    wire.register("secrets", secrets.endpoint);
    wire.register("states", stepFunctions.endpoint);
    const environment = {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "chaos",
      AWS_SECRET_ACCESS_KEY: "chaos",
      AWS_RETRY_MODE: "standard",
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SFN: stepFunctions.endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: events.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      AKOOL_BASE_URL: akool.baseUrl,
      WEBHOOK_URL,
      // Fewer polls a history, and no fewer kinds of them.
      POLL_MIN_SECONDS: "30",
      POLL_MAX_SECONDS: "900",
      TRACKING_DEADLINE_HOURS: "3",
    };
    const handlers = {
      patient: await loadFunctions(assembly, environment, "patient"),
      plain: await loadFunctions(assembly, environment, "plain"),
    };
    const resources = taskResources({
      functions: assembly.functions,
      invoke: (logicalId, event) => current().invoke(logicalId, event),
      dynamoDbEndpoint: dynamoDb.endpoint,
      sqsEndpoint: sqs.endpoint,
    });
    const clients = {
      dynamoDb: new DynamoDBClient({ ...CLIENT, endpoint: dynamoDb.endpoint }),
      events: new EventBridgeClient({ ...CLIENT, endpoint: events.endpoint }),
      s3: new S3Client({ ...CLIENT, endpoint: s3.endpoint, forcePathStyle: true }),
      sqs: new SQSClient({ ...CLIENT, endpoint: sqs.endpoint }),
    };
    return { emulators, stepFunctions, handlers, resources, clients };
  });
  const resources: TaskResources = new Map(
    [...opened.resources].map(([resource, handler]): [string, TaskHandler] => [
      resource,
      clock.task((parameters, context) =>
        resource.startsWith("arn:aws:lambda")
          ? handler(parameters, context)
          : current().callService(resource, () => handler(parameters, context)),
      ),
    ]),
  );
  const functions = new Map<string, FunctionAsset>(
    [...assembly.functions.values()].map((asset) => [nameOf(asset.logicalId), asset]),
  );
  const engines = new Map<number, LocalWorkflowEngine>();
  /** Compiling a definition takes longer than playing a history: an engine is used again. */
  function engineFor(executionHours: number): LocalWorkflowEngine {
    const known = engines.get(executionHours);
    if (known !== undefined) return known;
    const engine = createWorkflowEngine({
      stateMachineArn: assembly.stateMachine.arn,
      definition: {
        ...definitionSchema.parse(assembly.stateMachine.definition),
        TimeoutSeconds: executionHours * 3_600,
      },
      resources,
      store: { load: async () => [], save: async () => {} },
      onTransition: (arn, _state, type) => script?.onTransition(arn, type),
      onEnded: async (execution) => script?.onEnded(execution),
    });
    engines.set(executionHours, engine);
    return engine;
  }
  const restoreOutput = captureOutput((line) => {
    script?.onLog(line);
    return script !== undefined;
  });

  return {
    assembly,
    outside,
    baton,
    clock,
    time,
    engineFor,
    emulators: opened.emulators,
    /**
     * The functions, whose clients repeat a request that fails, as they do in AWS, or do not: their
     * repetitions hide faults from the handlers, and make others of their own.
     */
    handlersThat(repeat: boolean) {
      // The SDK reads it at its first request, and these handlers are used under this value alone.
      process.env.AWS_MAX_ATTEMPTS = repeat ? "3" : "1";
      return repeat ? opened.handlers.patient : opened.handlers.plain;
    },
    clients: opened.clients,
    functions,
    /** Puts weeks between two histories: whatever was kept for minutes is forgotten. */
    skipAhead(): void {
      const sinceStart = clock.now() - START;
      clock.elapse(60 * DAY_MS - (sinceStart % (30 * DAY_MS)));
      time.forgetTimers();
      senders.forget();
    },
    /** Gives the world to a history. */
    begin(next: Script): void {
      script = next;
    },
    end(): void {
      script = undefined;
    },
    async close() {
      restoreOutput();
      for (const engine of engines.values()) await engine.close();
      wire.remove();
      senders.remove();
      await clock.runReal(async () => {
        for (const client of Object.values(opened.clients)) client.destroy();
        await opened.stepFunctions.close();
        await opened.emulators.close();
      });
      time.uninstall();
      clock.uninstall();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** The Step Functions emulator outlives the histories; each has an engine of its own behind it. */
function engineOf(
  ask: <Answer>(call: (engine: WorkflowEngine) => Answer) => Answer,
): WorkflowEngine {
  return {
    start: (input) => ask((engine) => engine.start(input)),
    describe: (arn) => ask((engine) => engine.describe(arn)),
    stop: (arn, error, cause) => ask((engine) => engine.stop(arn, error, cause)),
    redrive: (arn) => ask((engine) => engine.redrive(arn)),
    list: (filter) => ask((engine) => engine.list(filter)),
    callbacks: {
      succeed: (token, output) => ask((engine) => engine.callbacks?.succeed(token, output)),
      fail: (token, error, cause) => ask((engine) => engine.callbacks?.fail(token, error, cause)),
    },
  };
}

/** What the functions log goes to the history that is being played, if one is. */
function captureOutput(onLog: (line: string) => boolean): () => void {
  const restores = [process.stdout, process.stderr].map((stream) => {
    const { write } = stream;
    stream.write = ((chunk: unknown, ...rest: unknown[]) =>
      onLog(String(chunk)) || Reflect.apply(write, stream, [chunk, ...rest])) as typeof write;
    return () => void Object.assign(stream, { write });
  });
  return () => {
    for (const restore of restores) restore();
  };
}
