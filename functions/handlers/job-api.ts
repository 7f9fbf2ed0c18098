import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import * as z from "zod/mini";
import { createBalanceReader } from "#akool/balance.ts";
import { createCreateClient } from "#akool/create-client.ts";
import { meteredCreates } from "#akool/metered-clients.ts";
import { createTrackingExecutions } from "#aws/executions.ts";
import { createImportExecutions } from "#aws/import-executions.ts";
import { createImportObjects } from "#aws/import-objects.ts";
import { createJobList } from "#aws/job-list.ts";
import { createLedgerSums } from "#aws/ledger-sums.ts";
import { createEventPublisher } from "#aws/publish-events.ts";
import { createSubmissionList } from "#aws/submission-list.ts";
import { createSubmissionStore } from "#aws/submission-store.ts";
import { createVideoLinks } from "#aws/video-links.ts";
import { parseAllowedSources } from "#domain/imports/import-source.ts";
import { apiHandler } from "#http/api-handler.ts";
import { consoleAccessOf } from "#http/console-access.ts";
import { importOperations } from "#http/import-operations.ts";
import { jobOperations } from "#http/job-operations.ts";
import { ledgerOperations } from "#http/ledger-operations.ts";
import { NO_BODY, operation } from "#http/operation.ts";
import { swapOperations } from "#http/swap-operations.ts";
import { akoolCredentialsOf } from "#runtime/akool-credentials.ts";
import { jobApiEnvironment, readEnvironment } from "#runtime/environment.ts";
import { logger, meter } from "#runtime/handler.ts";
import { jobStoreOf } from "#runtime/job-store.ts";
import { budgetOf, ledgerOf } from "#runtime/ledger.ts";
import { createBudgetGuard } from "#use-cases/ledger/guard-budget.ts";
import { createLedgerWriter } from "#use-cases/tracking/enter-in-ledger.ts";
import openApi from "../../openapi.json" with { type: "json" };

const env = readEnvironment(jobApiEnvironment);
const dynamoDb = new DynamoDBClient();
const s3 = new S3Client();
const sfn = new SFNClient();

const budget = budgetOf(env);
const akool = { baseUrl: env.AKOOL_BASE_URL, credentials: akoolCredentialsOf(env) };
const ledger = {
  ...ledgerOf(env, dynamoDb),
  sums: createLedgerSums(dynamoDb, env.LEDGER_TABLE_NAME),
  submissionList: createSubmissionList(dynamoDb, env.SUBMISSION_TABLE_NAME),
  now: Date.now,
};

const dependencies = {
  ...ledger,
  enterInLedger: createLedgerWriter(ledger),
  budget,
  guardBudget:
    budget !== undefined && env.CREDIT_BUDGET_STOPS_SWAPS === "true"
      ? createBudgetGuard({ ...ledger, budget, meter })
      : undefined,
  store: jobStoreOf(env, dynamoDb),
  list: createJobList(dynamoDb, env.JOB_TABLE_NAME),
  links: createVideoLinks(
    s3,
    { lifetimeSeconds: env.VIDEO_URL_SECONDS, checked: env.VIDEO_LINKS_CHECKED },
    Date.now,
  ),
  executions: createTrackingExecutions(sfn, env.STATE_MACHINE_ARN),
  publish: createEventPublisher(new EventBridgeClient()),
  log: logger,
  eventBusName: env.EVENT_BUS_NAME,
  defaultDeadlineHours: env.TRACKING_DEADLINE_HOURS,
  submissions: createSubmissionStore(dynamoDb, env.SUBMISSION_TABLE_NAME),
  akool: meteredCreates(createCreateClient(akool), meter),
  readBalance: createBalanceReader({
    ...akool,
    now: Date.now,
    onFailure: (error) => logger.warn("could not read AKOOL's balance", { error }),
  }),
  webhookUrl: env.WEBHOOK_URL,
  patienceMs: 10_000,
  imports: createImportExecutions(sfn, env.IMPORT_STATE_MACHINE_ARN),
  importObjects: createImportObjects(s3, env.VIDEO_URL_SECONDS),
  importBucket: env.IMPORT_BUCKET_NAME,
  importSources: parseAllowedSources(env.IMPORT_SOURCES),
  newId: randomUUID,
};

const anything = { parameters: z.any(), query: z.any(), body: NO_BODY };

/** The HTTP API. */
export const handler = apiHandler(
  {
    ...jobOperations(dependencies),
    ...swapOperations(dependencies),
    ...importOperations(dependencies),
    ...ledgerOperations(dependencies),
    getOpenApi: operation(anything, async () => ({ status: 200, body: openApi })),
    getHealth: operation(anything, async () => ({ status: 200, body: { status: "ok" } })),
  },
  logger,
  meter,
  consoleAccessOf(env),
);
