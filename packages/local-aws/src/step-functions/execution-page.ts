import { AwsJsonError } from "../http/aws-json.ts";
import type { ExecutionDescription } from "./workflow-engine.ts";

/** What ListExecutions answers when it is not told how many; 0 means the same. */
const DEFAULT_PAGE = 100;

/**
 * Cuts one page, newest first. The token names the last execution shown, so that executions started
 * in between neither repeat nor hide one.
 *
 * @throws AwsJsonError InvalidToken
 */
export function pageOf(
  all: readonly ExecutionDescription[],
  page: { maxResults?: number | undefined; nextToken?: string | undefined },
): { executions: ExecutionDescription[]; nextToken?: string } {
  const newestFirst = all.toSorted((a, b) => b.startDate.getTime() - a.startDate.getTime());
  const start = page.nextToken === undefined ? 0 : indexAfter(newestFirst, page.nextToken);
  const end = start + (page.maxResults || DEFAULT_PAGE);
  const executions = newestFirst.slice(start, end);
  const last = executions.at(-1);
  return last === undefined || end >= newestFirst.length
    ? { executions }
    : { executions, nextToken: last.executionArn };
}

function indexAfter(executions: readonly ExecutionDescription[], token: string): number {
  const index = executions.findIndex((execution) => execution.executionArn === token);
  if (index < 0) {
    throw new AwsJsonError("InvalidToken", `Invalid Token: '${token}'`);
  }
  return index + 1;
}
