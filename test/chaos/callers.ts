import type { JobScript } from "@akool-archiver/akool-simulator/job-script.ts";
import { companionFilesOf } from "./companion-files.ts";
import { EntryPoints } from "./entry-points.ts";
import type { ActionPlan, JobPlan, SwapPlan } from "./history.ts";
import type { Playing } from "./playing.ts";
import { seededRandom } from "./random.ts";
import { WEBHOOK_URL } from "./world.ts";

/** How often a caller, or AKOOL, comes again after a failure; and after how many seconds. */
const REPETITIONS = 5;
const REPEAT_AFTER_S = 20;

/** Everybody who does something to the system in a history. */
export class Callers {
  readonly entryPoints: EntryPoints;
  /** By the index of the plan. */
  readonly ids: readonly string[];
  readonly swapKeys: readonly string[];
  readonly #playing: Playing;
  #names = 0;
  #nonces = 0;

  constructor(playing: Playing) {
    this.#playing = playing;
    this.entryPoints = new EntryPoints(playing);
    const { history } = playing;
    this.ids = history.jobs.map((plan, index) => this.#create(plan, index));
    this.swapKeys = history.swaps.map((_, index) => `intent-${playing.beganAt}-${index}`);
  }

  /** Resolves when everybody has done everything, and the time of the faults is over. */
  async act(): Promise<void> {
    const { jobs, swaps, actions, outages, wrongKey, faultyMinutes } = this.#playing.history;
    const spans = [...outages, ...(wrongKey === null ? [] : [wrongKey])];
    await Promise.all([
      ...jobs.map((plan, index) => this.#follow(plan, this.ids[index] ?? "")),
      ...swaps.map((plan, index) => this.#swap(plan, this.swapKeys[index] ?? "")),
      ...actions.map((plan) => this.#act(plan)),
      this.#after(faultyMinutes * 60),
      ...spans.map(({ from, minutes }) => this.#after((from + minutes) * 60)),
    ]);
  }

  /** The script is by AKOOL's clock: a job that is old has queued for long. */
  #create(plan: JobPlan, index: number): string {
    const createdAgoMs = plan.createdHoursAgo * 3_600_000;
    const script: JobScript = {
      queueMs: createdAgoMs + (plan.at + plan.queueSeconds) * 1000,
      processMs: plan.processSeconds * 1000,
      end: endOf(plan),
      createdAgoMs,
      webhook: { lost: true },
    };
    if (plan.end !== "unknown") {
      const { akool } = this.#playing.world.emulators;
      return akool.addJob(script, plan.webhookExpected ? WEBHOOK_URL : undefined);
    }
    const random = seededRandom(this.#playing.beganAt + index);
    return Array.from({ length: 24 }, () => Math.floor(random() * 16).toString(16)).join("");
  }

  async #follow(plan: JobPlan, id: string): Promise<void> {
    await this.#after(plan.at);
    const webhooks =
      plan.webhookExpected && !plan.webhooksLost ? this.#callBack(plan, id) : undefined;
    await this.#untilTaken(() => this.#submit(plan.entry, id, plan.deadlineHours), id);
    await webhooks;
  }

  #submit(entry: JobPlan["entry"], id: string, deadlineHours: number): Promise<boolean> {
    const request = { videoModelId: id, deadlineHours, tags: { team: "film" } };
    switch (entry) {
      case "api":
        return this.#post(request);
      case "event":
        return this.entryPoints.requestByEvent(request);
      case "execution":
        return this.entryPoints.start(this.#name(), request);
      case "webhook":
        return this.#isOk(this.entryPoints.webhook(this.entryPoints.sealed(id, 2, this.#nonce())));
    }
  }

  #post(request: { videoModelId: string }): Promise<boolean> {
    return this.#isOk(this.#ask("POST /jobs", request.videoModelId, request));
  }

  async #ask(route: string, videoModelId: string, body?: object) {
    const answer = await this.entryPoints.api(route, body);
    this.#playing.ledger.asks.push({ videoModelId, at: this.#playing.world.clock.now() });
    return answer;
  }

  async #isOk(answer: Promise<{ status: number }>): Promise<boolean> {
    return (await answer).status < 300;
  }

  /** Somebody who is not answered comes again; somebody who is answered relies on it. */
  async #untilTaken(attempt: () => Promise<boolean>, id: string): Promise<void> {
    for (let tries = 0; tries < REPETITIONS; tries += 1) {
      if (await attempt()) {
        this.#playing.ledger.accepted.add(id);
        return;
      }
      await this.#playing.sleep(REPEAT_AFTER_S * 1000);
    }
  }

  /** AKOOL calls when processing begins, and when it ends. */
  async #callBack(plan: JobPlan, id: string): Promise<void> {
    await this.#playing.sleep(plan.queueSeconds * 1000);
    await this.#deliver(this.entryPoints.sealed(id, 2, this.#nonce()));
    if (plan.end === "never" || plan.end === "unknown") return;
    await this.#playing.sleep(plan.processSeconds * 1000);
    await this.#deliver(
      this.entryPoints.sealed(id, plan.end === "complete" ? 3 : 4, this.#nonce()),
    );
  }

  async #deliver(text: string): Promise<void> {
    for (let tries = 0; tries < REPETITIONS; tries += 1) {
      if ((await this.entryPoints.webhook(text)).status === 200) return;
      await this.#playing.sleep(REPEAT_AFTER_S * 1000);
    }
  }

  /** The intent is in the prompt, so that AKOOL's books can be compared with ours. */
  async #swap(plan: SwapPlan, key: string): Promise<void> {
    await this.#after(plan.at);
    const once = () => this.createSwap(key);
    const first = once();
    for (let repetition = 0; repetition < plan.repetitions; repetition += 1) {
      await this.#playing.sleep(plan.repeatAfter * 1000);
      await once();
    }
    await first;
  }

  createSwap(key: string) {
    const swap = {
      image: "https://example.com/image.png",
      video: "https://example.com/video.mp4",
      prompt: key,
    };
    return this.entryPoints.api("POST /character-swaps", swap, { "idempotency-key": key });
  }

  async #act({ kind, job, after }: ActionPlan): Promise<void> {
    const { jobs } = this.#playing.history;
    const index = job % jobs.length;
    const id = this.ids[index] ?? "";
    await this.#after((jobs[index]?.at ?? 0) + after);
    this.#playing.ledger.count(`action ${kind}`);
    await this.do(kind, id);
  }

  async do(kind: ActionPlan["kind"], id: string): Promise<unknown> {
    const { entryPoints } = this;
    switch (kind) {
      case "submit":
        return this.#post({ videoModelId: id });
      case "submit-by-event":
        return entryPoints.requestByEvent({ videoModelId: id });
      case "start":
        return entryPoints.start(this.#name(), { videoModelId: id });
      case "cancel":
        return entryPoints.api(`DELETE /jobs/${id}`);
      case "retry":
        return this.#ask(`POST /jobs/${id}/retry`, id);
      case "webhook-2":
        return this.#deliver(entryPoints.sealed(id, 2, this.#nonce()));
      case "webhook-3":
        return this.#deliver(entryPoints.sealed(id, 3, this.#nonce()));
      case "webhook-replayed": {
        const text = entryPoints.sealed(id, 3, this.#nonce());
        return Promise.all([entryPoints.webhook(text), entryPoints.webhook(text)]);
      }
      case "webhook-forged":
        return entryPoints.webhook(
          entryPoints.sealed(id, 3, this.#nonce(), "another-key-of-24-bytes!"),
        );
      case "abort":
      case "redrive":
        return this.#toLastExecution(kind, id);
    }
  }

  async #toLastExecution(kind: "abort" | "redrive", id: string): Promise<unknown> {
    const executions = await this.#playing.executions();
    const last = executions.findLast(({ input }) => input.includes(id));
    if (last === undefined) return undefined;
    return kind === "abort"
      ? this.entryPoints.stop(last.executionArn)
      : this.entryPoints.redrive(last.executionArn);
  }

  /** @param seconds after the beginning */
  async #after(seconds: number): Promise<void> {
    const { beganAt, world } = this.#playing;
    const wait = beganAt + seconds * 1000 - world.clock.now();
    if (wait > 0) await this.#playing.sleep(wait);
  }

  #name(): string {
    this.#names += 1;
    return `by-hand-${this.#playing.beganAt}-${this.#names}`;
  }

  #nonce(): number {
    this.#nonces += 1;
    return this.#nonces;
  }
}

function endOf({ end, bytes, companions }: JobPlan): JobScript["end"] {
  const beside = companionFilesOf(companions);
  switch (end) {
    case "complete":
      return {
        kind: "complete",
        file: { kind: "generated", bytes },
        ...(beside && { companions: beside }),
      };
    case "fail":
      return { kind: "fail" };
    default:
      return { kind: "never" };
  }
}
