import type { LocalWorkflowEngine } from "@akool-archiver/local-aws/engine/engine.ts";
import { createDeadLetters } from "@akool-archiver/local-aws/event-bridge/dead-letters.ts";
import type { EventRouter } from "@akool-archiver/local-aws/event-bridge/event-router.ts";
import {
  executionEndedEvent,
  SERVICE_EVENTS_BUS,
} from "@akool-archiver/local-aws/event-bridge/execution-event.ts";
import type { FunctionError } from "@akool-archiver/local-aws/lambda/function-error.ts";
import { ExecutionStarter } from "@akool-archiver/local-aws/step-functions/execution-starter.ts";
import type { ExecutionDescription } from "@akool-archiver/local-aws/step-functions/workflow-engine.ts";
import { EVENT_SOURCE } from "#domain/events/events.ts";
import type { CompanionRole } from "#domain/job/companion.ts";
import type { Job } from "#domain/job/job.ts";
import { Callers } from "./callers.ts";
import { companionSources } from "./companion-files.ts";
import { creditLedgerFlaws } from "./credit-ledger.ts";
import type { Exchange } from "./exchange.ts";
import {
  applyFault,
  type FaultName,
  intrusionOf,
  isIntrusion,
  SIGNATURE,
  signed,
} from "./faults.ts";
import { lossOf, nameOf, runHandler } from "./functions.ts";
import type { ActionPlan, CompanionPlan, History } from "./history.ts";
import type { Invocation, Loss } from "./invocation.ts";
import { Ledger } from "./ledger.ts";
import { openRouter } from "./open-router.ts";
import type { Playing } from "./playing.ts";
import { seededRandom } from "./random.ts";
import { readBucket } from "./read-bucket.ts";
import { readJobs } from "./read-jobs.ts";
import { recordEffect, recordPoll } from "./record-effect.ts";
import { comeToRest } from "./rest.ts";
import { type SourceFiles, sourceFilesOf } from "./source-files.ts";
import { Sweeping } from "./sweeping.ts";
import { watched } from "./watchdog.ts";
import type { Script, World } from "./world.ts";
import { CREDENTIALS } from "./world.ts";

/** What a history came to. */
export interface Played {
  ledger: Ledger;
  jobs: ReadonlyMap<string, Job>;
  executions: readonly ExecutionDescription[];
  /** Where the archiver's ledger of credits differs from a recount of the records. */
  creditLedger: readonly string[];
  /** What the bucket holds of these jobs, by key. */
  objects: ReadonlyMap<string, Buffer>;
  openUploads: readonly { key: string; uploadId: string }[];
  /** Texts that must not show up anywhere. */
  secrets: readonly string[];
  isAtRest: boolean;
  /** What the source of each video can have, by the job's id. */
  sources: ReadonlyMap<string, SourceFiles>;
  /** What AKOOL names beside each video, by the job's id; of all others it names nothing. */
  companions: ReadonlyMap<string, CompanionPlan>;
  /** What the source of each such file can have. */
  companionSources: ReadonlyMap<CompanionRole, SourceFiles>;
}

/** Plays one history from its beginning until the world has come to rest. */
export async function play(world: World, history: History): Promise<Played> {
  world.skipAhead();
  const playing = new Player(world, history);
  world.begin(playing);
  try {
    return await watched(playing.run(), () => {
      const { holder, waiting } = world.baton;
      return `${JSON.stringify({ holder, waiting, last: playing.lastRequest })} in ${JSON.stringify(history)}`;
    });
  } finally {
    await playing.close();
    world.end();
  }
}

const MINUTE_MS = 60_000;
/** The signature is one of `bent` addresses, as CloudFront signs them. */
const SECRETS = [CREDENTIALS.apiKey, SIGNATURE];
const WRONG_CREDENTIALS = { ...CREDENTIALS, apiKey: "a-wrong-key-of-24-bytes!" };

/** Plays one history. */
class Player implements Playing, Script {
  readonly world: World;
  readonly history: History;
  readonly ledger = new Ledger();
  readonly engine: LocalWorkflowEngine;
  readonly starter: ExecutionStarter;
  readonly router: EventRouter;
  readonly beganAt: number;
  readonly callers: Callers;
  readonly intrusions: Promise<unknown>[] = [];
  /** Faults have ceased. */
  isMended = false;
  /** For whoever wonders why a history stands still. */
  lastRequest = "";
  #invocations = 0;
  readonly #requests = new Map<string, number>();
  readonly #runs = new Map<string, number>();
  readonly #deadLetters;
  readonly #handlers;

  constructor(world: World, history: History) {
    this.world = world;
    this.history = history;
    this.beganAt = world.clock.now();
    world.time.ambientRandom = seededRandom(~history.seed);
    world.baton.reset(seededRandom(history.seed), history.eagerness / 10);
    this.engine = world.engineFor(history.executionHours);
    this.#handlers = world.handlersThat(history.sdkRepeats);
    this.ledger.count(
      history.sdkRepeats ? "history with the SDK's repetitions" : "history without",
    );
    this.starter = new ExecutionStarter(this.engine);
    this.#deadLetters = createDeadLetters(world.emulators.sqs.endpoint, world.assembly.queues);
    this.router = openRouter(this, this.#deadLetters);
    this.callers = new Callers(this);
  }

  async run(): Promise<Played> {
    const { clock } = this.world;
    const { callers } = this;
    const sweeping = new Sweeping(this);
    const swept = sweeping.run();
    await clock.runUntil(callers.act());
    this.isMended = true;
    await clock.runUntil(Promise.all(this.intrusions));
    const isAtRest = await comeToRest(this, callers);
    sweeping.stop();
    await clock.runUntil(swept);
    return clock.runReal(async () => {
      const jobs = await readJobs(this.world, this.ledger);
      const executions = await this.executions();
      const creditLedger = await creditLedgerFlaws(this.world, jobs);
      const stored = await readBucket(this.world, [...jobs.keys()]);
      return {
        ledger: this.ledger,
        jobs,
        executions,
        ...stored,
        creditLedger,
        secrets: SECRETS,
        isAtRest,
        sources: await this.#sources(),
        companions: new Map(
          this.history.jobs.map(({ companions }, index) => [callers.ids[index] ?? "", companions]),
        ),
        companionSources: await companionSources(),
      };
    });
  }

  async #sources(): Promise<ReadonlyMap<string, SourceFiles>> {
    const planned = this.history.jobs.map(
      ({ bytes }, index) => [this.callers.ids[index] ?? "", { kind: "generated", bytes }] as const,
    );
    const created = this.ledger.creations.map(
      ({ videoModelId }) => [videoModelId, { kind: "sample" }] as const,
    );
    const sources = new Map<string, SourceFiles>();
    for (const [id, file] of [...planned, ...created]) sources.set(id, await sourceFilesOf(file));
    return sources;
  }

  async close(): Promise<void> {
    await this.router.close();
    this.#deadLetters.close();
  }

  secret = () => ({
    current: this.#isDuring(this.history.wrongKey) ? WRONG_CREDENTIALS : CREDENTIALS,
  });

  onEvent = async (event: Parameters<Script["onEvent"]>[0], bus: string): Promise<void> => {
    if (event.source === EVENT_SOURCE) this.ledger.events.push(event);
    await this.router.route(bus, event);
  };

  onLog = (line: string): void => void this.ledger.logs.push(line);

  onEffect: Script["onEffect"] = (effect) => recordEffect(this.ledger, this.world, effect);

  /** Lets the first fault strike that this request is meant for. */
  meddle = async (exchange: Exchange): Promise<void> => {
    const { operation } = exchange;
    this.lastRequest = operation;
    const nth = (this.#requests.get(operation) ?? 0) + 1;
    this.#requests.set(operation, nth);
    const name = this.isMended ? undefined : this.#faultOf(operation, nth);
    if (operation === "akool:poll") recordPoll(this.ledger, exchange, name);
    if (name === undefined) return this.#passOn(exchange);
    this.ledger.count(`fault ${name}`);
    if (isIntrusion(name)) await this.#intrude(intrusionOf(name), exchange);
    else await applyFault(name, exchange);
  };

  #faultOf(operation: string, nth: number): FaultName | undefined {
    const struck = this.history.faults.find(
      (fault) => fault.operation === operation && fault.nth <= nth && nth < fault.nth + fault.times,
    );
    return struck?.name ?? this.#outageOf(operation);
  }

  /** Somebody acts just now: as a rule he is done before the request goes on. */
  async #intrude(action: ActionPlan["kind"], exchange: Exchange): Promise<void> {
    const { world, callers } = this;
    this.intrusions.push(world.outside(() => callers.do(action, callers.ids[0] ?? "")));
    // He has to have come as far as to wait for his turn.
    await new Promise((done) => setImmediate(done));
    if (exchange.invocation !== undefined) await world.baton.yield(exchange.invocation);
    await this.#passOn(exchange);
  }

  /** All result addresses are signed ones, so that a leak of one shows. */
  async #passOn(exchange: Exchange): Promise<void> {
    if (exchange.operation === "akool:poll") await signed(exchange);
    else exchange.pass();
  }

  invoke = async (logicalId: string, event: unknown): Promise<unknown> => {
    const asset = this.world.assembly.functions.get(logicalId);
    const environments = this.#handlers.get(logicalId);
    if (asset === undefined || environments === undefined)
      throw new Error(`no function ${logicalId}`);
    const name = nameOf(logicalId);
    const nth = (this.#runs.get(name) ?? 0) + 1;
    this.#runs.set(name, nth);
    const run = () =>
      this.world.clock.runReal(() =>
        runHandler(environments, asset, event, this.#begin(name), this.world),
      );
    const plan = this.history.invocations.find(
      (each) => each.function === name && each.nth === nth,
    );
    if (plan === undefined || this.isMended) return run();
    this.ledger.count(`invocation ${plan.kind}`);
    switch (plan.kind) {
      case "refused":
        throw Object.assign(new Error("Rate exceeded"), { name: "TooManyRequestsException" });
      case "crash-at-once":
        throw lossOf(this.#begin(name));
      case "twice": {
        const [first] = await Promise.all([run(), run().catch(() => {})]);
        return first;
      }
      default:
        await run().catch(() => {});
        throw this.#lost(
          name,
          plan.kind === "crash-in-the-end" ? "Runtime.ExitError" : "Sandbox.Timedout",
        );
    }
  };

  callService = async (name: string, call: () => Promise<unknown>): Promise<unknown> => {
    const { baton } = this.world;
    const invocation = this.#begin(name);
    await baton.take(invocation);
    try {
      return await call();
    } finally {
      baton.release();
    }
  };

  /** Virtual milliseconds, outside of any work. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  #lost(name: string, loss: Loss): FunctionError {
    return lossOf({ ...this.#begin(name), lost: loss });
  }

  #begin(name: string): Invocation {
    this.#invocations += 1;
    return {
      name,
      number: this.#invocations,
      sawWrites: this.ledger.writes.length,
      random: seededRandom(this.history.seed + this.#invocations),
      lost: undefined,
      open: 0,
    };
  }

  #isDuring(span: { from: number; minutes: number } | null): boolean {
    if (span === null || this.isMended) return false;
    const minute = (this.world.clock.now() - this.beganAt) / MINUTE_MS;
    return span.from <= minute && minute < span.from + span.minutes;
  }

  #outageOf(operation: string) {
    const [service] = operation.split(":");
    const outage = this.history.outages.find(
      (each) => each.service === service && this.#isDuring(each),
    );
    if (outage === undefined) return undefined;
    return outage.service === "akool" ? "akool-http-500" : "aws-error";
  }

  onEnded = async (execution: ExecutionDescription): Promise<void> => {
    this.ledger.count(`execution ${execution.status}`);
    this.ledger.inputs.push(execution.input);
    await this.router.route(
      SERVICE_EVENTS_BUS,
      executionEndedEvent(execution, this.world.clock.now()),
    );
  };

  onTransition = (arn: string, type: string): void => {
    const { historyEvents } = this.ledger;
    // An attempt of a task is three events: scheduled, started, and its end.
    const events = type === "StateEntered" || type === "StateExited" ? 1 : 3;
    historyEvents.set(arn, (historyEvents.get(arn) ?? 0) + events);
  };

  /** Those of this history, in the order of their start. */
  async executions(): Promise<ExecutionDescription[]> {
    const arns = [...this.ledger.historyEvents.keys()];
    const described = await Promise.all(arns.map((arn) => this.engine.describe(arn)));
    return described.filter((execution) => execution !== undefined);
  }
}
