import type { JobStore } from "#aws/job-store.ts";
import type { PublishEvent } from "#aws/publish-events.ts";
import type { EnterInLedger } from "./enter-in-ledger.ts";

/** Structured logging; never given a URL's query, a credential or a payload. */
export interface Log {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
}

/** A log whose further lines, until the end of the invocation, carry what they are about. */
export interface KeyedLog extends Log {
  appendKeys(keys: Record<string, string>): void;
}

/**
 * What a change of a job needs: its record, the bus and the ledger that are told of it, the clock and
 * the log. Use cases take all of it as parameters. Decision 0011.
 */
export interface JobDependencies {
  store: JobStore;
  publish: PublishEvent;
  enterInLedger: EnterInLedger;
  eventBusName: string;
  /** Epoch milliseconds. */
  now: () => number;
  log: Log;
}

/** The same, for whoever may make a job's first record. */
export interface AcceptDependencies extends JobDependencies {
  /** The deadline of a request that names none. */
  defaultDeadlineHours: number;
}
