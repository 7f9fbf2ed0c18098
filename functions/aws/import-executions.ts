import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  InvalidToken,
  ListExecutionsCommand,
  ListMapRunsCommand,
  type SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import * as z from "zod/mini";
import type { ImportSource } from "#domain/imports/import-source.ts";
import { executionOf } from "./arns.ts";

/** How far the map of an import has come, in lines. */
export interface ImportProgress {
  total: number;
  pending: number;
  running: number;
  done: number;
  failed: number;
}

/** One import, as Step Functions knows it. */
export interface ImportRun {
  state: "running" | "succeeded" | "failed";
  source: ImportSource;
  startedAt: Date;
  endedAt?: Date | undefined;
  /** JSON; only of a run that has succeeded. */
  output?: string | undefined;
  /** Only of a run that has failed. */
  error?: { code: string; cause: string };
}

/** One import in a list. */
export type ListedImport = Pick<ImportRun, "state" | "startedAt" | "endedAt"> & {
  importId: string;
};

/** One page of imports, newest first. */
interface ImportPage {
  imports: ListedImport[];
  /** Where the next page begins; undefined at the end. */
  next: string | undefined;
}

/** Step Functions does not know the place at which a page was to begin. */
export class UnknownImportPlace extends Error {
  override readonly name = "UnknownImportPlace";
}

/** Executions of the import machine. */
export interface ImportExecutions {
  start(importId: string, source: ImportSource): Promise<Date>;
  find(importId: string): Promise<ImportRun | undefined>;
  /** Undefined before the lines are known. */
  progress(importId: string): Promise<ImportProgress | undefined>;
  /**
   * Step Functions forgets an import 90 days after its end.
   *
   * @throws UnknownImportPlace for an `after` that no page has named, or that is a day old
   */
  list(query: ImportQuery): Promise<ImportPage>;
}

interface ImportQuery {
  limit: number;
  /** `next` of the page before. */
  after?: string | undefined;
  /** Only those that are under way. */
  isRunning?: boolean;
}

const inputSchema = z.object({ source: z.object({ bucket: z.string(), key: z.string() }) });

/** An import is the execution named by its id. */
export function createImportExecutions(sfn: SFNClient, stateMachineArn: string): ImportExecutions {
  return {
    async start(importId, source) {
      const input = JSON.stringify({ importId, source });
      const start = new StartExecutionCommand({ stateMachineArn, name: importId, input });
      const { startDate } = await sfn.send(start);
      return z.date().parse(startDate);
    },
    async find(importId) {
      const describe = new DescribeExecutionCommand({
        executionArn: executionOf(stateMachineArn, importId),
      });
      const found = await sfn.send(describe).catch(undefinedIfMissing);
      if (found === undefined) return undefined;
      const { status, input = "{}", startDate, stopDate, output, error, cause } = found;
      const state = stateOf(status);
      return {
        state,
        source: inputSchema.parse(JSON.parse(input)).source,
        startedAt: z.date().parse(startDate),
        endedAt: stopDate,
        output,
        ...(state === "failed" && { error: { code: error ?? String(status), cause: cause ?? "" } }),
      };
    },
    async progress(importId) {
      const list = new ListMapRunsCommand({ executionArn: executionOf(stateMachineArn, importId) });
      const mapRunArn = (await sfn.send(list)).mapRuns?.[0]?.mapRunArn;
      if (mapRunArn === undefined) return undefined;
      const { itemCounts } = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
      if (itemCounts === undefined) return undefined;
      const { total = 0, pending = 0, running = 0, succeeded = 0 } = itemCounts;
      const { failed = 0, timedOut = 0, aborted = 0 } = itemCounts;
      return { total, pending, running, done: succeeded, failed: failed + timedOut + aborted };
    },
    async list({ limit, after, isRunning }) {
      const list = new ListExecutionsCommand({
        stateMachineArn,
        maxResults: limit,
        ...(after !== undefined && { nextToken: after }),
        ...(isRunning && { statusFilter: "RUNNING" }),
      });
      const { executions = [], nextToken } = await sfn.send(list).catch(refuseUnknownPlace);
      const imports = executions.map(({ name, status, startDate, stopDate }) => ({
        importId: z.string().parse(name),
        state: stateOf(status),
        startedAt: z.date().parse(startDate),
        endedAt: stopDate,
      }));
      return { imports, next: nextToken };
    },
  };
}

function stateOf(status: ExecutionStatus | undefined): ImportRun["state"] {
  if (status === "RUNNING" || status === "PENDING_REDRIVE") return "running";
  return status === "SUCCEEDED" ? "succeeded" : "failed";
}

function refuseUnknownPlace(error: unknown): never {
  if (!(error instanceof InvalidToken)) throw error;
  throw new UnknownImportPlace("Step Functions does not know this page", { cause: error });
}

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof ExecutionDoesNotExist)) throw error;
}
