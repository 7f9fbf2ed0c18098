import { type Operation, parseRequest, serveAwsJson } from "../http/aws-json.ts";
import type { LocalServer } from "../http/local-server.ts";
import {
  describeAnswer,
  epochSeconds,
  executionDoesNotExist,
  listItem,
  requireMachine,
} from "./execution-answers.ts";
import { pageOf } from "./execution-page.ts";
import { ExecutionRedriver } from "./execution-redriver.ts";
import {
  describeRequest,
  listRequest,
  redriveRequest,
  startRequest,
  stopRequest,
} from "./execution-requests.ts";
import { ExecutionStarter } from "./execution-starter.ts";
import { mapRunOperations } from "./map-run-operations.ts";
import { taskCallbackOperations } from "./task-callback-operations.ts";
import type { WorkflowEngine } from "./workflow-engine.ts";

export interface StepFunctionsOptions {
  engine: WorkflowEngine;
  /** ARNs of the machines that exist. */
  stateMachineArns: readonly string[];
  port?: number;
}

/** Starts an emulator for Step Functions: the HTTP interface of a workflow engine. */
export function startStepFunctions(options: StepFunctionsOptions): Promise<LocalServer> {
  return serveAwsJson({
    targetPrefix: "AWSStepFunctions",
    protocol: "1.0",
    maxBodyBytes: 1024 * 1024,
    operations: operations(options),
    ...(options.port !== undefined && { port: options.port }),
  });
}

function operations({ engine, stateMachineArns }: StepFunctionsOptions): Record<string, Operation> {
  const starter = new ExecutionStarter(engine);
  const redriver = new ExecutionRedriver(engine);
  return {
    async StartExecution(body) {
      const request = parseRequest(startRequest, body);
      requireMachine(stateMachineArns, request.stateMachineArn);
      const { executionArn, startDate } = await starter.start(request);
      return { executionArn, startDate: epochSeconds(startDate) };
    },
    async DescribeExecution(body) {
      const { executionArn } = parseRequest(describeRequest, body);
      const execution = await engine.describe(executionArn);
      if (execution === undefined) {
        throw executionDoesNotExist(executionArn);
      }
      return describeAnswer(execution);
    },
    async StopExecution(body) {
      const { executionArn, error, cause } = parseRequest(stopRequest, body);
      const stopDate = await engine.stop(executionArn, error, cause);
      if (stopDate === undefined) {
        throw executionDoesNotExist(executionArn);
      }
      return { stopDate: epochSeconds(stopDate) };
    },
    async RedriveExecution(body) {
      const redriveDate = await redriver.redrive(parseRequest(redriveRequest, body));
      return { redriveDate: epochSeconds(redriveDate) };
    },
    async ListExecutions(body) {
      const { stateMachineArn, statusFilter, ...page } = parseRequest(listRequest, body);
      requireMachine(stateMachineArns, stateMachineArn);
      const all = await engine.list(statusFilter === undefined ? {} : { statusFilter });
      const own = all.filter((execution) => execution.stateMachineArn === stateMachineArn);
      const { executions, nextToken } = pageOf(own, page);
      return { executions: executions.map(listItem), ...(nextToken && { nextToken }) };
    },
    ...taskCallbackOperations(engine.callbacks),
    ...mapRunOperations(engine.mapRuns),
  };
}
