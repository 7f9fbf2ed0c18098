import { randomUUID } from "node:crypto";
import type { EventEnvelope } from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "@akool-archiver/local-aws/template/local-names.ts";
import type { Playing } from "./playing.ts";

/** A run that would find nothing is left out: reading an empty index breaks nothing, and takes time. */
const LONGEST_PAUSE_MS = 15 * 60_000;

/** The stack's schedules on virtual time: they call the sweeper as long as a history lasts. */
export class Sweeping {
  readonly #playing: Playing;
  #isOver = false;

  constructor(playing: Playing) {
    this.#playing = playing;
  }

  async run(): Promise<void> {
    const { world, router, ledger } = this.#playing;
    const { schedules } = world.assembly;
    const everyMs = Math.min(...schedules.map((schedule) => schedule.everyMs));
    while (!this.#isOver) {
      await this.#playing.sleep(this.#pause(everyMs));
      if (this.#isOver || ledger.nextSweep() > world.clock.now()) continue;
      ledger.count("sweep");
      for (const schedule of schedules) await router.routeTo(schedule, this.#event(schedule.arn));
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  /** To the first tick of the schedule at which a job is due, as far as that is known. */
  #pause(everyMs: number): number {
    const { world, ledger } = this.#playing;
    const wait = Math.min(Math.max(ledger.nextSweep() - world.clock.now(), 1), LONGEST_PAUSE_MS);
    return Math.ceil(wait / everyMs) * everyMs;
  }

  #event(arn: string): EventEnvelope {
    return {
      version: "0",
      id: randomUUID(),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: LOCAL_ACCOUNT,
      time: new Date(this.#playing.world.clock.now()).toISOString(),
      region: LOCAL_REGION,
      resources: [arn],
      detail: {},
    };
  }
}
