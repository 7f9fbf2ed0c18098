import type { ExecutionDescription } from "../step-functions/workflow-engine.ts";
import { callAt } from "./deadline.ts";
import { describeRecord, type ExecutionRecord } from "./execution-record.ts";
import type { ExecutionStore } from "./execution-store.ts";
import type { Json, Step, StepEvent, StepOutcome } from "./step-contract.ts";
import type { SupportedDefinition } from "./supported-definition.ts";

export type TransitionType = "StateEntered" | StepEvent | "StateExited";

/** The machine that executions run on. */
export interface Machine {
  definition: SupportedDefinition;
  steps: ReadonlyMap<string, Step>;
  store: ExecutionStore;
  onTransition: (executionArn: string, stateName: string, type: TransitionType) => void;
  /**
   * Called when an execution ends, at least once: again in the next process when this one is killed
   * before the promise resolves.
   */
  onEnded?: ((execution: ExecutionDescription) => Promise<void>) | undefined;
}

/** Step Functions' quota for the input or output of a state, in bytes of JSON. */
const MAX_STATE_BYTES = 256 * 1024;

type Ending =
  | { status: "SUCCEEDED"; output: string }
  | { status: "FAILED" | "TIMED_OUT"; error: string; cause: string }
  | { status: "ABORTED"; error?: string; cause?: string };

/** Why a running execution is interrupted: it ends like this, or is suspended to be continued. */
type Interruption = Ending | "suspended";

/** One execution that runs or has run in this process. */
export class Execution {
  #record: ExecutionRecord;
  #interruption: Interruption | undefined;
  #done: Promise<void> | undefined;
  /** Whether the next state to run is one that an earlier process had entered. */
  #resumed = false;
  readonly #machine: Machine;
  readonly #abort = new AbortController();

  constructor(machine: Machine, record: ExecutionRecord) {
    this.#machine = machine;
    this.#record = record;
  }

  get record(): ExecutionRecord {
    return this.#record;
  }

  /** Continues from the checkpoint, which is already in the store. */
  run({ resumed } = { resumed: false }): void {
    this.#resumed = resumed;
    this.#done ??= this.#run();
  }

  /** Resolves when the execution has ended, or was suspended. */
  async done(): Promise<void> {
    await this.#done;
  }

  /** Ends a running execution; the result of a running task is ignored. */
  async stop(error?: string, cause?: string): Promise<void> {
    this.#interrupt({
      status: "ABORTED",
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
    await this.#done;
  }

  /** Stops at once; the store still has the execution as running. */
  async suspend(): Promise<void> {
    this.#interrupt("suspended");
    await this.#done;
  }

  #interrupt(interruption: Interruption): void {
    this.#interruption ??= interruption;
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    const { TimeoutSeconds } = this.#machine.definition;
    const cancelDeadline =
      TimeoutSeconds === undefined
        ? () => {}
        : callAt(this.#startedAt() + TimeoutSeconds * 1000, () =>
            this.#interrupt({
              status: "TIMED_OUT",
              error: "States.Timeout",
              cause: `The execution did not end within ${TimeoutSeconds} s`,
            }),
          );
    try {
      await this.#followStates();
    } finally {
      cancelDeadline();
    }
  }

  /** Epoch milliseconds; a redrive restarts an execution's timeout. */
  #startedAt(): number {
    return (this.#record.redriveDate ?? this.#record.startDate).getTime();
  }

  async #followStates(): Promise<void> {
    for (;;) {
      const outcome = await this.#runState();
      const interruption = this.#interruption;
      // It takes precedence over the result of the state that it cut short.
      if (interruption === "suspended") return;
      if (interruption !== undefined) return this.#end(interruption);
      if (outcome.kind !== "next") return this.#end(endingOf(outcome));
      await this.#enter(outcome.state, outcome.output);
    }
  }

  async #end(ending: Ending): Promise<void> {
    const mark = this.#machine.onEnded === undefined ? {} : { endUnpublished: true as const };
    await this.#save({ ...ending, stopDate: new Date(), ...mark });
    await this.tellEnd();
  }

  /** Reports the end unless it has been reported, perhaps by an earlier process. */
  async tellEnd(): Promise<void> {
    const { endUnpublished, ...told } = this.#record;
    const { onEnded } = this.#machine;
    if (endUnpublished === undefined || onEnded === undefined) return;
    await onEnded(describeRecord(told));
    await this.#machine.store.save(told);
    this.#record = told;
  }

  /** The checkpoint is kept before the state runs: a crash may repeat a state, never skip one. */
  async #enter(state: string, input: Json): Promise<void> {
    await this.#save({
      checkpoint: { state, input: JSON.stringify(input) },
      transitions: this.#record.transitions + 1,
    });
  }

  async #runState(): Promise<StepOutcome> {
    const { state, input } = this.#record.checkpoint;
    const step = this.#machine.steps.get(state);
    if (step === undefined) {
      const cause = `The state machine has no state ${state} any more`;
      return { kind: "failed", error: "States.Runtime", cause };
    }
    this.#emit(state, "StateEntered");
    const resumed = this.#resumed;
    this.#resumed = false;
    const outcome = await step({
      resumed,
      input: JSON.parse(input),
      execution: this.#facts(),
      stateMachineArn: this.#record.stateMachineArn,
      signal: this.#abort.signal,
      onEvent: (event) => this.#onStepEvent(state, event),
    });
    if (outcome.kind !== "failed") this.#emit(state, "StateExited");
    return withinDataLimit(state, outcome);
  }

  #facts() {
    const { executionArn, name, input, startDate } = this.#record;
    return {
      Id: executionArn,
      Name: name,
      Input: JSON.parse(input),
      StartTime: startDate.toISOString(),
    };
  }

  #onStepEvent(state: string, event: StepEvent): void {
    if (event === "StateRetried") {
      this.#record = { ...this.#record, transitions: this.#record.transitions + 1 };
    }
    this.#emit(state, event);
  }

  #emit(state: string, type: TransitionType): void {
    this.#machine.onTransition(this.#record.executionArn, state, type);
  }

  async #save(change: Partial<ExecutionRecord>): Promise<void> {
    const changed = { ...this.#record, ...change };
    await this.#machine.store.save(changed);
    this.#record = changed;
  }
}

function endingOf(outcome: Exclude<StepOutcome, { kind: "next" }>): Ending {
  if (outcome.kind === "failed") {
    return { status: "FAILED", error: outcome.error, cause: outcome.cause };
  }
  return { status: "SUCCEEDED", output: JSON.stringify(outcome.output) };
}

function withinDataLimit(state: string, outcome: StepOutcome): StepOutcome {
  if (outcome.kind === "failed") return outcome;
  if (Buffer.byteLength(JSON.stringify(outcome.output)) <= MAX_STATE_BYTES) return outcome;
  return {
    kind: "failed",
    error: "States.DataLimitExceeded",
    cause: `The state '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  };
}
