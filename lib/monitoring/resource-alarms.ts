import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import {
  type AlarmRule,
  ANY,
  ANY_OF_THREE,
  AT_LEAST,
  AT_ONCE,
  HALF_AN_HOUR_ON_END,
  NOTHING_HAPPENED,
  QUARTER_HOUR_ON_END,
  SEVERAL,
} from "./alarm-rule.ts";
import type { ArchiverMetrics } from "./metrics.ts";

/**
 * Errors of these are part of their work: they report a source that failed (of a video, or of an
 * import's lines), and a fault that is on record, by throwing.
 */
const THROW_BY_DESIGN: ReadonlySet<string> = new Set([
  "ArchiveVideo",
  "RecordFailure",
  "PlanImport",
]);

/**
 * What AWS's services say of our parts.
 *
 * @param limited functions whose ceiling is meant: that they are throttled is its purpose
 */
export function resourceRules(metrics: ArchiverMetrics, limited: ReadonlySet<string>): AlarmRule[] {
  return [
    ...numbered(
      metrics.functionErrors((name) => !THROW_BY_DESIGN.has(name)),
      {
        id: "FunctionErrors",
        means: "Functions have crashed, timed out or thrown several times within five minutes.",
        runbook: "Functions that fail",
        threshold: SEVERAL,
        comparison: AT_LEAST,
        periods: ANY_OF_THREE,
        missing: NOTHING_HAPPENED,
        minutes: { toGoOff: AT_ONCE, toEnd: 20 },
      },
    ),
    ...numbered(
      metrics.functionThrottles((name) => !limited.has(name)),
      {
        id: "FunctionThrottles",
        means: "For half an hour Lambda has turned calls away because too many are under way.",
        runbook: "Functions that are throttled",
        threshold: ANY,
        comparison: AT_LEAST,
        periods: HALF_AN_HOUR_ON_END,
        missing: NOTHING_HAPPENED,
        minutes: { toGoOff: 35, toEnd: 15 },
      },
    ),
    {
      id: "ExecutionThrottled",
      means:
        "For a quarter of an hour Step Functions has put off state transitions: this account and " +
        "region has used up its rate. Jobs are late.",
      runbook: "Executions that are throttled",
      metric: metrics.executionThrottles(),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: QUARTER_HOUR_ON_END,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: 20, toEnd: 15 },
    },
    {
      id: "ApiServerErrors",
      means: "The HTTP API has answered several requests within five minutes with HTTP 5xx.",
      runbook: "The HTTP API fails",
      metric: metrics.apiServerErrors(),
      threshold: SEVERAL,
      comparison: AT_LEAST,
      periods: ANY_OF_THREE,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: AT_ONCE, toEnd: 20 },
    },
    {
      id: "TablesThrottled",
      means: "For a quarter of an hour DynamoDB has throttled requests to the tables.",
      runbook: "Tables that are throttled",
      metric: metrics.tableThrottles(),
      threshold: ANY,
      comparison: AT_LEAST,
      periods: QUARTER_HOUR_ON_END,
      missing: NOTHING_HAPPENED,
      minutes: { toGoOff: 20, toEnd: 15 },
    },
  ];
}

/** One rule for each sum: an alarm takes ten metrics at most. */
function numbered(sums: readonly IMetric[], rule: Omit<AlarmRule, "metric">): AlarmRule[] {
  return sums.map((metric, i) => ({
    ...rule,
    id: i === 0 ? rule.id : `${rule.id}${i + 1}`,
    metric,
  }));
}
