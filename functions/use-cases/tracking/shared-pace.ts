import type { PaceStore } from "#aws/pace-store.ts";
import type { Observation } from "#domain/job/observation.ts";
import type { Meter } from "#domain/metrics.ts";
import { type Pace, rateAt, slowedDown, USUAL_PACE } from "#domain/polling/shared-pace.ts";

/** The pace is read so often by each running copy of the function, whatever it looks at. */
const READ_EVERY_MS = 5_000;

/** What slows all jobs down together when AKOOL asks to. */
export interface SharedPace {
  /**
   * Takes note of what a look brought.
   *
   * @returns the share of the usual rate at which to look on
   */
  after(observation: Observation): Promise<number>;
}

export interface SharedPacePorts {
  paces: PaceStore;
  /** Epoch milliseconds. */
  now: () => number;
  meter: Meter;
  log: { warn(message: string, fields: Record<string, unknown>): void };
}

/**
 * The shared pace of one running copy of the function, which keeps what it has read for a few seconds:
 * a look costs a fraction of a read, and a storm of throttled looks a write every quarter of a minute.
 * A pace that cannot be read or written fails no look: the job's own back-off remains.
 */
export function createSharedPace(ports: SharedPacePorts): SharedPace {
  let known: Pace = USUAL_PACE;
  let readAt = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<void> {
    const now = ports.now();
    if (now - readAt < READ_EVERY_MS) return;
    readAt = now;
    known = await ports.paces.read();
  }

  async function slowDown(): Promise<void> {
    const next = slowedDown(known, ports.now());
    if (next === known) return;
    if (await ports.paces.replace(known, next)) {
      known = next;
      ports.meter.add("AkoolSlowedDown");
    } else {
      known = await ports.paces.read();
    }
  }

  return {
    async after(observation) {
      try {
        await refresh();
        if (observation.kind === "throttled") await slowDown();
      } catch (error) {
        ports.log.warn("the shared pace is out of reach", { error });
      }
      return rateAt(known, ports.now());
    },
  };
}
