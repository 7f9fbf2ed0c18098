import { AwsJsonError } from "../http/aws-json.ts";
import { KeyedLock } from "../storage/keyed-lock.ts";
import { executionDoesNotExist } from "./execution-answers.ts";
import { ExecutionNotRedrivable } from "./redrive.ts";
import type { WorkflowEngine } from "./workflow-engine.ts";

interface RedriveRequest {
  executionArn: string;
  clientToken?: string | undefined;
}

/** RedriveExecution over any engine, idempotent by the client's token as SDK clients rely on. */
export class ExecutionRedriver {
  readonly #engine: WorkflowEngine;
  readonly #lock = new KeyedLock();
  /** The latest redrive of each execution; forgotten with the process. */
  readonly #latest = new Map<string, { clientToken: string | undefined; redriveDate: Date }>();

  constructor(engine: WorkflowEngine) {
    this.#engine = engine;
  }

  /** @throws AwsJsonError ExecutionDoesNotExist, ExecutionNotRedrivable */
  redrive({ executionArn, clientToken }: RedriveRequest): Promise<Date> {
    return this.#lock.run(executionArn, async () => {
      const latest = this.#latest.get(executionArn);
      if (latest !== undefined && latest.clientToken === clientToken) return latest.redriveDate;
      const redriveDate = await this.#engine.redrive(executionArn).catch(asAwsError);
      if (redriveDate === undefined) throw executionDoesNotExist(executionArn);
      if (clientToken !== undefined) this.#latest.set(executionArn, { clientToken, redriveDate });
      return redriveDate;
    });
  }
}

function asAwsError(error: unknown): never {
  if (error instanceof ExecutionNotRedrivable) throw new AwsJsonError(error.name, error.message);
  throw error;
}
