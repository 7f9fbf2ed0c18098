import { Metrics } from "@aws-lambda-powertools/metrics";
import { METRIC_NAMESPACE, METRICS, type Meter } from "#domain/metrics.ts";

export interface BufferedMeter extends Meter {
  /** Writes what was measured since the last time, as one line of the log. */
  flush(): void;
}

/**
 * Metrics in CloudWatch's embedded format: a line of the log, without a call to any service. Their
 * one dimension is `service`, from POWERTOOLS_SERVICE_NAME, and their namespace is that of
 * POWERTOOLS_METRICS_NAMESPACE: both are the stack's name.
 */
export function createMeter(
  metrics: Pick<Metrics, "addMetric" | "hasStoredMetrics" | "publishStoredMetrics"> = new Metrics({
    namespace: process.env.POWERTOOLS_METRICS_NAMESPACE ?? METRIC_NAMESPACE,
  }),
): BufferedMeter {
  return {
    add: (metric, value = 1) =>
      harmlessly(() => {
        // CloudWatch would drop the whole line for one value that is no number.
        if (Number.isFinite(value)) metrics.addMetric(metric, METRICS[metric], value);
      }),
    flush: () =>
      harmlessly(() => {
        // Without this, powertools warns of every invocation that has measured nothing.
        if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      }),
  };
}

/** A job must not fail because it could not be measured. */
function harmlessly(measure: () => void): void {
  try {
    measure();
  } catch {
    // A gap in a chart is all that is lost.
  }
}
