import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultApiKey, startAkoolSimulator } from "@akool-archiver/akool-simulator/simulator.ts";
import { startEventBridge } from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import { startS3 } from "@akool-archiver/local-aws/s3/s3.ts";
import { MapRuns } from "@akool-archiver/local-aws/step-functions/map-runs.ts";
import { startStepFunctions } from "@akool-archiver/local-aws/step-functions/step-functions.ts";
import {
  type ExecutionDescription,
  executionArnOf,
  type WorkflowEngine,
} from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import {
  dynaliteTable,
  LEDGER_TABLE,
  SUBMISSION_TABLE,
  TABLE,
} from "@akool-archiver/test-support/dynamodb.ts";
import type { Context } from "aws-lambda";
import { vi } from "vitest";
import { createJobStore } from "#aws/job-store.ts";

const IMPORT_MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:import";
const MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:tracking";

export interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

export interface ApiRequest {
  body?: unknown;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  /** What API Gateway says of the caller and of itself. */
  context?: object;
}

/**
 * The API's handler over real emulators, called with API Gateway's payload format 2.0.
 *
 * @param settings further environment variables, or others
 */
export async function openApi(settings: Readonly<Record<string, string>> = {}) {
  const directory = await mkdtemp(join(tmpdir(), "api-"));
  const table = await dynaliteTable();
  const akool = await startAkoolSimulator();
  const s3 = await startS3({
    root: directory,
    metadata: join(directory, "s3"),
    buckets: { videos: "videos", imports: "imports" },
  });
  const bus = await startEventBridge({
    buses: ["events"],
    account: "000000000000",
    region: "us-east-1",
  });
  const executions = new Map<string, ExecutionDescription>();
  const mapRuns = new MapRuns();
  const stepFunctions = await startStepFunctions({
    engine: { ...restingEngine(executions), mapRuns },
    stateMachineArns: [MACHINE, IMPORT_MACHINE],
  });
  const environment = {
    JOB_TABLE_NAME: TABLE,
    SUBMISSION_TABLE_NAME: SUBMISSION_TABLE,
    LEDGER_TABLE_NAME: LEDGER_TABLE,
    LEDGER_TAGS: "team",
    CREDIT_BUDGET_STOPS_SWAPS: "false",
    EVENT_BUS_NAME: "events",
    VIDEO_BUCKET_NAME: "videos",
    STATE_MACHINE_ARN: MACHINE,
    AKOOL_BASE_URL: akool.baseUrl,
    AKOOL_API_KEY: defaultApiKey,
    TRACKING_DEADLINE_HOURS: "24",
    FINISHED_JOB_RETENTION_DAYS: "0",
    VIDEO_URL_SECONDS: "900",
    VIDEO_LINKS_CHECKED: "false",
    IMPORT_BUCKET_NAME: "imports",
    IMPORT_SOURCES: "imports/imports/,my-lists/videos/,my-import-bucket/imports/",
    IMPORT_STATE_MACHINE_ARN: IMPORT_MACHINE,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "t",
    AWS_SECRET_ACCESS_KEY: "t",
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_SFN: stepFunctions.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
    LOG_LEVEL: "SILENT",
    POWERTOOLS_METRICS_DISABLED: "true",
  };
  for (const [name, value] of Object.entries({ ...environment, ...settings }))
    vi.stubEnv(name, value);
  const { handler } = await import("#handlers/job-api.ts");

  return {
    akool,
    executions,
    table,
    s3Endpoint: s3.endpoint,
    store: createJobStore({ client: table.client, tableName: TABLE, retentionDays: 0 }),
    machine: MACHINE,
    importMachine: IMPORT_MACHINE,
    mapRuns,
    /** `GET /jobs/x` and so on; path parameters are read off by the router. */
    async call(route: string, request: ApiRequest = {}): Promise<ApiAnswer> {
      const result = await handler(gatewayEvent(route, request) as never, context);
      const {
        statusCode = 200,
        headers = {},
        body,
      } = result as never as Record<string, never> & {
        statusCode?: number;
        body?: string;
      };
      return {
        status: statusCode,
        headers: headers as Record<string, string>,
        body: body === undefined ? undefined : read(headers, body),
      };
    },
    async close() {
      vi.unstubAllEnvs();
      await Promise.all([table, akool, s3, bus, stepFunctions].map((server) => server.close()));
      await rm(directory, { recursive: true });
    },
  };
}

function read(headers: Record<string, string>, body: string): unknown {
  return headers["content-type"]?.includes("json") ? JSON.parse(body) : body;
}

export type Api = Awaited<ReturnType<typeof openApi>>;

const context = { functionName: "job-api", awsRequestId: "request-1" } as Context;

function gatewayEvent(route: string, { body, headers = {}, query, context: more }: ApiRequest) {
  const [method = "", path = ""] = route.split(" ");
  const isBytes = body instanceof Uint8Array;
  const text = isBytes ? Buffer.from(body).toString("base64") : textOf(body);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      ...(text === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      http: { method, path, sourceIp: "127.0.0.1" },
      requestId: "r",
      stage: "$default",
      ...more,
    },
    body: text,
    isBase64Encoded: isBytes,
  };
}

function textOf(body: unknown): string | undefined {
  return typeof body === "string" || body === undefined ? body : JSON.stringify(body);
}

/** Executions that start and then do nothing: what the workflow does is tested elsewhere. */
function restingEngine(executions: Map<string, ExecutionDescription>): WorkflowEngine {
  return {
    async start({ stateMachineArn, name, input }) {
      const executionArn = executionArnOf(stateMachineArn, name);
      const startDate = new Date();
      executions.set(executionArn, {
        executionArn,
        stateMachineArn,
        name,
        status: "RUNNING",
        startDate,
        input,
      });
      return { executionArn, startDate };
    },
    describe: async (arn) => executions.get(arn),
    async stop(arn) {
      const execution = executions.get(arn);
      if (execution === undefined) return undefined;
      const stopDate = new Date();
      executions.set(arn, { ...execution, status: "ABORTED", stopDate });
      return stopDate;
    },
    async redrive(arn) {
      const execution = executions.get(arn);
      if (execution !== undefined) executions.set(arn, { ...execution, status: "RUNNING" });
      return new Date();
    },
    list: async () => [...executions.values()],
  };
}
