import { Metrics } from "@aws-lambda-powertools/metrics";
import { METRIC_NAMESPACE, METRICS, type Meter } from "#domain/metrics.ts";

export interface BufferedMeter extends Meter {
  /** Writes what was measured since the last time, as one line of the log. */
  flush(): void;
}

/** Metrics in CloudWatch's embedded format: a line of the log, without a call to any service. */
export function createMeter(): BufferedMeter {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  return {
    add: (metric, value = 1) => metrics.addMetric(metric, METRICS[metric], value),
    flush() {
      // Without this, powertools warns of every invocation that has measured nothing.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
