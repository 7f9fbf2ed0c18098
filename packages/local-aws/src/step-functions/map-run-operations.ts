import * as z from "zod/mini";
import { AwsJsonError, type Operation, parseRequest } from "../http/aws-json.ts";
import { epochSeconds } from "./execution-answers.ts";
import type { MapRun, MapRuns } from "./map-runs.ts";

const listRequest = z.strictObject({ executionArn: z.string() });
const describeRequest = z.strictObject({ mapRunArn: z.string() });

/** Step Functions' operations on the runs of distributed Map states. */
export function mapRunOperations(mapRuns: MapRuns | undefined): Record<string, Operation> {
  if (mapRuns === undefined) return {};
  return {
    async ListMapRuns(body) {
      const { executionArn } = parseRequest(listRequest, body);
      return { mapRuns: mapRuns.of(executionArn).map(listItem) };
    },
    async DescribeMapRun(body) {
      const { mapRunArn } = parseRequest(describeRequest, body);
      const run = mapRuns.find(mapRunArn);
      if (run === undefined) {
        throw new AwsJsonError("ResourceNotFound", `Resource not found: '${mapRunArn}'`);
      }
      return describeAnswer(run);
    },
  };
}

function listItem({ mapRunArn, executionArn, stateMachineArn, startDate, stopDate }: MapRun) {
  return {
    mapRunArn,
    executionArn,
    stateMachineArn,
    startDate: epochSeconds(startDate),
    ...(stopDate && { stopDate: epochSeconds(stopDate) }),
  };
}

/** Without the counts of executions, which no client here reads. */
function describeAnswer(run: MapRun) {
  const { mapRunArn, executionArn, startDate, stopDate, maxConcurrency } = run;
  const { total, running, succeeded, failed } = run.itemCounts;
  return {
    mapRunArn,
    executionArn,
    status: stopDate === undefined ? "RUNNING" : "SUCCEEDED",
    startDate: epochSeconds(startDate),
    ...(stopDate && { stopDate: epochSeconds(stopDate) }),
    maxConcurrency,
    toleratedFailurePercentage: 100,
    toleratedFailureCount: 0,
    itemCounts: {
      total,
      pending: total - running - succeeded - failed,
      running,
      succeeded,
      failed,
      timedOut: 0,
      aborted: 0,
      resultsWritten: stopDate === undefined ? 0 : succeeded + failed,
    },
  };
}
