import type { AkoolClient } from "#akool/client.ts";
import type { Executions } from "#aws/executions.ts";
import type { JobStore } from "#aws/job-store.ts";
import type { PublishEvent } from "#aws/publish-events.ts";
import type { LearnedDurations } from "./learned-durations.ts";
import type { SharedRateLimit } from "./shared-rate-limit.ts";

/** Structured logging; never given a URL's query, a credential or a payload. */
interface Log {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
}

/** A log whose further lines, until the end of the invocation, carry what they are about. */
export interface KeyedLog extends Log {
  appendKeys(keys: Record<string, string>): void;
}

/** What every step of tracking works with. Clock and log come in so that tests can see them. */
export interface TrackingDependencies {
  store: JobStore;
  /** Epoch milliseconds. */
  now: () => number;
  log: Log;
  eventBusName: string;
}

/** The same, for whoever changes a job's status. */
export interface PublishingDependencies extends TrackingDependencies {
  publish: PublishEvent;
}

export interface CheckDependencies extends PublishingDependencies {
  akool: AkoolClient;
  executions: Executions;
  durations: LearnedDurations;
  rateLimit: SharedRateLimit;
  /** Uniform in [0, 1). */
  random: () => number;
}
