import { Metrics } from "@aws-lambda-powertools/metrics";
import { METRIC_NAMESPACE, METRICS, type Meter } from "#domain/metrics.ts";

export interface BufferedMeter extends Meter {
  /** Writes what was measured since the last flush, as one log line. */
  flush(): void;
}

/**
 * Metrics in CloudWatch's embedded format: a log line, without a call to any service. Their only
 * dimension is `service`, from POWERTOOLS_SERVICE_NAME, and their namespace is that of
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
        // CloudWatch would drop the whole line for one value that is not a number.
        if (Number.isFinite(value)) metrics.addMetric(metric, METRICS[metric], value);
      }),
    flush: () =>
      harmlessly(() => {
        // Without this check, Powertools warns at every invocation that measured nothing.
        if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      }),
  };
}

/** A job must not fail because it could not be measured. */
function harmlessly(measure: () => void): void {
  try {
    measure();
  } catch {
    // Only a gap in a chart is lost.
  }
}
