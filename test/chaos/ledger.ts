import type { EventEnvelope } from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";

/** One version of a job's record that was written. */
export interface Write {
  videoModelId: string;
  status: string;
  attempt: number;
  execution: string;
  /** ARN of the execution whose fault it tells. */
  faultOf: string | undefined;
  statuses: readonly Change[];
  /** Epoch milliseconds. */
  at: number;
}

/** A line of a job's timeline. */
export interface Change {
  seq: number;
  status: string;
  at: string;
  attempt: number;
  reason?: string | undefined;
}

/** Somebody asks by the API for a job to be followed, or to be tried again. */
export interface Ask {
  videoModelId: string;
  /** When it was answered, epoch milliseconds. */
  at: number;
}

/** A poll AKOOL, whether or not it reached it. */
export interface Poll {
  videoModelId: string;
  /** The function that polled. */
  by: string;
  /** The fault that struck it. */
  fault: string | undefined;
  /** Writes that the asking invocation could know of when it began. */
  sawWrites: number;
  /** Writes when the poll arrived. */
  writes: number;
}

/** A video that AKOOL has created, and charged. */
export interface Creation {
  /** Of the intent that it was created for. */
  idempotencyKey: string;
  videoModelId: string;
}

/** All that was seen of one history, as far as it can be judged. */
export class Ledger {
  readonly writes: Write[] = [];
  readonly events: EventEnvelope[] = [];
  readonly polls: Poll[] = [];
  readonly asks: Ask[] = [];
  readonly creations: Creation[] = [];
  /** Ids of jobs that were accepted. */
  readonly accepted = new Set<string>();
  readonly logs: string[] = [];
  readonly inputs: string[] = [];
  /** Steps of each execution, in Step Functions' history events. */
  readonly historyEvents = new Map<string, number>();
  /** How often each fault struck, and each other thing happened. */
  readonly counts = new Map<string, number>();

  /** When the sweeper checks each job that is in its index, epoch milliseconds. */
  readonly sweepAt = new Map<string, number>();

  /** When the next job is due for the sweeper; never, if none is in its index. */
  nextSweep(): number {
    return Math.min(...this.sweepAt.values());
  }

  /** The whole timeline of each job, also what its record does not keep any more. */
  timelines(): ReadonlyMap<string, ReadonlyMap<number, Change>> {
    const timelines = new Map<string, Map<number, Change>>();
    for (const { videoModelId, statuses } of this.writes) {
      const timeline = timelines.get(videoModelId) ?? new Map<number, Change>();
      timelines.set(videoModelId, timeline);
      for (const change of statuses) {
        if (!timeline.has(change.seq)) timeline.set(change.seq, change);
      }
    }
    return timelines;
  }

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }
}
