import { MapRuns } from "../step-functions/map-runs.ts";
import { ExecutionNotRedrivable, redriveObstacle } from "../step-functions/redrive.ts";
import type { TaskCallbacks } from "../step-functions/task-callbacks.ts";
import type {
  ExecutionDescription,
  ExecutionFilter,
  StartInput,
  WorkflowEngine,
} from "../step-functions/workflow-engine.ts";
import { executionArnOf } from "../step-functions/workflow-engine.ts";
import type { MapSupport } from "./distributed-map.ts";
import { ExecutionAlreadyExists, InvalidName, StateMachineDoesNotExist } from "./engine-errors.ts";
import { Execution, type Machine, type TransitionType } from "./execution.ts";
import { describeRecord, type ExecutionRecord } from "./execution-record.ts";
import type { ExecutionStore } from "./execution-store.ts";
import { redrivenRecord } from "./redriven-record.ts";
import { createSteps } from "./step.ts";
import { readDefinition, type SupportedDefinition } from "./supported-definition.ts";
import type { TaskResources } from "./task.ts";
import { TaskTokens } from "./task-tokens.ts";

export interface EngineOptions {
  stateMachineArn: string;
  /** Parsed Amazon States Language with the ARNs that `resources` knows. */
  definition: unknown;
  resources: TaskResources;
  store: ExecutionStore;
  /** For definitions with a Map state. */
  maps?: MapSupport;
  /** Called for every step of every execution. Must not throw. */
  onTransition?: (executionArn: string, stateName: string, type: TransitionType) => void;
  /**
   * Called when an execution ends, at least once, even across a crash. It counts as called when the
   * promise resolves; a rejection ends the process, as a failing store does.
   */
  onEnded?: (execution: ExecutionDescription) => Promise<void>;
}

/** Runs executions of one state machine in this process, durably. */
export interface LocalWorkflowEngine extends WorkflowEngine {
  readonly callbacks: TaskCallbacks;
  readonly mapRuns: MapRuns;
  /**
   * Reads the store, and continues every running execution at the state that it entered last. One
   * that was waiting, for a time or for a callback whose timeout it catches, continues as if the
   * time were up, so a restart polls at once. Call it once, before `start`.
   *
   * @returns the ARNs of the executions that go on
   */
  resume(): Promise<string[]>;
  /** The description once the execution has ended (or the engine was closed); as `describe`. */
  ended(executionArn: string): Promise<ExecutionDescription | undefined>;
  /** How many transitions Step Functions would have billed; 0 for an unknown execution. */
  transitions(executionArn: string): number;
  /** Stops at once. Running executions stay running in the store, for the next `resume`. */
  close(): Promise<void>;
}

/** Step Functions allows a few more characters; these are valid in file names on any system. */
const EXECUTION_NAME = /^[\w-]{1,80}$/;

/**
 * See {@link LocalWorkflowEngine}. Nothing runs before `start` or `resume`.
 *
 * @throws UnsupportedDefinition
 */
export function createWorkflowEngine(options: EngineOptions): LocalWorkflowEngine {
  const definition = readDefinition(options.definition, new Set(options.resources.keys()));
  const tokens = new TaskTokens();
  const runs = new MapRuns();
  const { maps } = options;
  const machine = {
    definition,
    steps: createSteps(definition, options.resources, tokens, maps && { support: maps, runs }),
    store: options.store,
    onTransition: options.onTransition ?? (() => {}),
    onEnded: options.onEnded,
  };
  return new Engine(options.stateMachineArn, machine, tokens, runs);
}

class Engine implements LocalWorkflowEngine {
  readonly callbacks: TaskCallbacks;
  readonly mapRuns: MapRuns;
  readonly #stateMachineArn: string;
  readonly #machine: Machine;
  readonly #executions = new Map<string, Execution>();

  constructor(
    stateMachineArn: string,
    machine: Machine,
    callbacks: TaskCallbacks,
    mapRuns: MapRuns,
  ) {
    this.#stateMachineArn = stateMachineArn;
    this.#machine = machine;
    this.callbacks = callbacks;
    this.mapRuns = mapRuns;
  }

  async start({ stateMachineArn, name, input }: StartInput) {
    if (stateMachineArn !== this.#stateMachineArn) {
      throw new StateMachineDoesNotExist(`State Machine Does Not Exist: '${stateMachineArn}'`);
    }
    if (!EXECUTION_NAME.test(name)) throw new InvalidName(`Invalid Name: '${name}'`);
    const executionArn = executionArnOf(stateMachineArn, name);
    if (this.#executions.has(executionArn)) {
      throw new ExecutionAlreadyExists(`Execution Already Exists: '${executionArn}'`);
    }
    const startDate = new Date();
    const execution = new Execution(this.#machine, {
      executionArn,
      stateMachineArn,
      name,
      status: "RUNNING",
      startDate,
      input,
      transitions: 1,
      checkpoint: { state: this.#machine.definition.StartAt, input },
    });
    // Registered before the store answers, so that a second start of the same name finds it.
    this.#executions.set(executionArn, execution);
    await this.#keep(execution);
    execution.run();
    return { executionArn, startDate };
  }

  async #keep(execution: Execution): Promise<void> {
    try {
      await this.#machine.store.save(execution.record);
    } catch (error) {
      this.#executions.delete(execution.record.executionArn);
      throw error;
    }
  }

  async resume(): Promise<string[]> {
    const records = await this.#machine.store.load();
    const running: string[] = [];
    for (const record of records) {
      const execution = new Execution(this.#machine, skipWait(record, this.#machine.definition));
      this.#executions.set(record.executionArn, execution);
      await execution.tellEnd();
      if (record.status !== "RUNNING") continue;
      running.push(record.executionArn);
      execution.run({ resumed: true });
    }
    return running;
  }

  async describe(executionArn: string): Promise<ExecutionDescription | undefined> {
    const execution = this.#executions.get(executionArn);
    return execution === undefined ? undefined : describeRecord(execution.record);
  }

  async stop(executionArn: string, error?: string, cause?: string): Promise<Date | undefined> {
    const execution = this.#executions.get(executionArn);
    await execution?.stop(error, cause);
    return execution?.record.stopDate;
  }

  async redrive(executionArn: string): Promise<Date | undefined> {
    const ended = this.#executions.get(executionArn);
    if (ended === undefined) return undefined;
    // A pending notice of the end must not be given for the execution that runs again.
    if (ended.record.status !== "RUNNING") await ended.done();
    const redriveDate = new Date();
    const obstacle =
      this.#executions.get(executionArn) === ended
        ? redriveObstacle(ended.record, redriveDate.getTime())
        : "Execution is RUNNING and cannot be redriven";
    if (obstacle !== undefined) throw new ExecutionNotRedrivable(obstacle);
    const execution = new Execution(this.#machine, redrivenRecord(ended.record, redriveDate));
    // Set before the store answers, so that a second redrive finds it running.
    this.#executions.set(executionArn, execution);
    await this.#machine.store.save(execution.record).catch((error: unknown) => {
      this.#executions.set(executionArn, ended);
      throw error;
    });
    execution.run();
    return redriveDate;
  }

  async list({ statusFilter }: ExecutionFilter = {}): Promise<ExecutionDescription[]> {
    return [...this.#executions.values()]
      .map(({ record }) => describeRecord(record))
      .filter(({ status }) => statusFilter === undefined || status === statusFilter)
      .sort((a, b) => b.startDate.getTime() - a.startDate.getTime());
  }

  async ended(executionArn: string): Promise<ExecutionDescription | undefined> {
    await this.#executions.get(executionArn)?.done();
    return this.describe(executionArn);
  }

  transitions(executionArn: string): number {
    return this.#executions.get(executionArn)?.record.transitions ?? 0;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#executions.values()].map((execution) => execution.suspend()));
  }
}

/** A Wait state passes its input on unchanged (it may have no OutputPath here). */
function skipWait(record: ExecutionRecord, definition: SupportedDefinition): ExecutionRecord {
  const { state, input } = record.checkpoint;
  const waiting = definition.States[state];
  if (waiting?.Type !== "Wait" || waiting.Next === undefined) return record;
  const checkpoint = { state: waiting.Next, input };
  return { ...record, transitions: record.transitions + 1, checkpoint };
}
