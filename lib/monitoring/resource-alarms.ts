import {
  type AlarmRule,
  ANY,
  AT_LEAST,
  HALF_AN_HOUR,
  NOTHING_HAPPENED,
  ONCE,
  SEVERAL,
} from "#lib/monitoring/alarm-rule.ts";
import type { ArchiverMetrics } from "#lib/monitoring/metrics.ts";

/**
 * Errors of these are part of their work: they report a source that failed (of a video, or of an
 * import's lines), and a fault that is on record, by throwing.
 */
const THROW_BY_DESIGN: ReadonlySet<string> = new Set([
  "ArchiveVideo",
  "RecordFailure",
  "PlanImport",
]);

/** What AWS's services say of our parts. */
export function resourceRules(metrics: ArchiverMetrics): AlarmRule[] {
  return [
    {
      id: "FunctionErrors",
      means: "Functions have crashed, timed out or thrown several times within five minutes.",
      runbook: "Functions that fail",
      metric: metrics.functionErrors((name) => !THROW_BY_DESIGN.has(name)),
      threshold: SEVERAL,
      comparison: AT_LEAST,
      periods: ONCE,
      missing: NOTHING_HAPPENED,
    },
    {
      id: "FunctionThrottles",
      means: "For half an hour Lambda has turned calls away because too many are under way.",
      runbook: "Functions that are throttled",
      metric: metrics.functionThrottles(),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: HALF_AN_HOUR,
      missing: NOTHING_HAPPENED,
    },
    {
      id: "ApiServerErrors",
      means: "The HTTP API has answered several requests within five minutes with HTTP 5xx.",
      runbook: "The HTTP API fails",
      metric: metrics.apiServerErrors(),
      threshold: SEVERAL,
      comparison: AT_LEAST,
      periods: ONCE,
      missing: NOTHING_HAPPENED,
    },
    {
      id: "TablesThrottled",
      means: "For a quarter of an hour DynamoDB has throttled requests to the tables.",
      runbook: "Tables that are throttled",
      metric: metrics.tableThrottles(),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: { crossed: 3, of: 3 },
      missing: NOTHING_HAPPENED,
    },
  ];
}
