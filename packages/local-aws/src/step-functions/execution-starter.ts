import { randomUUID } from "node:crypto";
import { AwsJsonError } from "../http/aws-json.ts";
import { KeyedLock } from "../storage/keyed-lock.ts";
import type { StartRequest } from "./execution-requests.ts";
import {
  type ExecutionDescription,
  executionArnOf,
  type WorkflowEngine,
} from "./workflow-engine.ts";

/** Documented for StartExecution, in bytes of UTF-8. */
const MAX_INPUT_BYTES = 262_144;

/** White space, brackets, wildcards and the special characters that the API reference lists. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the reference forbids them by code point
const FORBIDDEN_IN_NAME = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

/** StartExecution's rules on names and repetition, over any engine. */
export class ExecutionStarter {
  readonly #engine: WorkflowEngine;
  readonly #lock = new KeyedLock();

  constructor(engine: WorkflowEngine) {
    this.#engine = engine;
  }

  /**
   * Starts an execution, or answers the running one of the same name and input. Unlike AWS, which
   * frees a name 90 days after its execution ended, a name is never free again.
   *
   * @throws AwsJsonError InvalidName, InvalidExecutionInput, ExecutionAlreadyExists
   */
  start(request: StartRequest): Promise<{ executionArn: string; startDate: Date }> {
    const { stateMachineArn, name = randomUUID(), input = "{}" } = request;
    requireName(name);
    requireInput(input);
    const executionArn = executionArnOf(stateMachineArn, name);
    return this.#lock.run(executionArn, async () => {
      const existing = await this.#engine.describe(executionArn);
      return existing === undefined
        ? this.#engine.start({ stateMachineArn, name, input })
        : repeated(existing, input);
    });
  }
}

function requireName(name: string) {
  if (FORBIDDEN_IN_NAME.test(name)) {
    throw new AwsJsonError("InvalidName", `Invalid Name: '${name}'`);
  }
}

function requireInput(input: string) {
  if (Buffer.byteLength(input) > MAX_INPUT_BYTES) {
    throw new AwsJsonError("InvalidExecutionInput", `Input is over ${MAX_INPUT_BYTES} bytes.`);
  }
  try {
    JSON.parse(input);
  } catch (error) {
    throw new AwsJsonError(
      "InvalidExecutionInput",
      `Invalid State Machine Execution Input: ${error}`,
    );
  }
}

function repeated(existing: ExecutionDescription, input: string) {
  if (existing.status !== "RUNNING" || existing.input !== input) {
    throw new AwsJsonError(
      "ExecutionAlreadyExists",
      `Execution Already Exists: '${existing.executionArn}'`,
    );
  }
  return { executionArn: existing.executionArn, startDate: existing.startDate };
}
