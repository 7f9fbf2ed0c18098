import * as z from "zod/mini";
import { evaluate, type Series } from "./metric-math.ts";

const MISSING = z.enum(["breaching", "notBreaching"]);

const statistic = z.enum(["Sum", "SampleCount", "Maximum"]);

/** An alarm as a template has it. */
export const alarmSchema = z.object({
  AlarmDescription: z.string(),
  Threshold: z.number(),
  ComparisonOperator: z.enum([
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
  ]),
  EvaluationPeriods: z.int(),
  DatapointsToAlarm: z.int(),
  TreatMissingData: MISSING,
  MetricName: z.optional(z.string()),
  Period: z.optional(z.int()),
  Statistic: z.optional(statistic),
  Metrics: z.optional(
    z.array(
      z.object({
        Id: z.string(),
        Expression: z.optional(z.string()),
        ReturnData: z.optional(z.boolean()),
        MetricStat: z.optional(
          z.object({
            Metric: z.object({ MetricName: z.string() }),
            Period: z.int(),
            Stat: statistic,
          }),
        ),
      }),
    ),
  ),
});
type AlarmProperties = z.infer<typeof alarmSchema>;

/** One value that was published. */
export interface Sample {
  /** The metric's name; or, where an expression has several of that name, its id there. */
  readonly metric: string;
  /** When it happened, in minutes. */
  readonly at: number;
  readonly value: number;
}

/** What AWS leaves open, or does as it likes. */
export interface Circumstances {
  /** Minutes from an event until CloudWatch has it. */
  readonly lateness: number;
  /** Periods that are looked at beyond those of the alarm. AWS's examples: 2. */
  readonly extraPeriods: number;
  /** Whether FILL makes values of a metric that has none at all. */
  readonly fillsEmpty: boolean;
}

export type AlarmState = "OK" | "ALARM";

/**
 * An alarm as CloudWatch documents its evaluation ("Configuring how CloudWatch alarms treat missing
 * data", "Alarm evaluation window", "Using metric math"): once a minute, over periods that end now,
 * over more periods than the alarm names; what is missing there is passed over while there are
 * enough others, and only then counts as the alarm says.
 */
export class CloudWatchAlarm {
  readonly #alarm: AlarmProperties;
  readonly #samples: readonly Sample[];
  readonly #circumstances: Circumstances;

  constructor(alarm: AlarmProperties, samples: readonly Sample[], circumstances: Circumstances) {
    this.#alarm = alarm;
    this.#samples = samples;
    this.#circumstances = circumstances;
  }

  /** The state at a minute. */
  at(minute: number): AlarmState {
    const { ComparisonOperator, Threshold } = this.#alarm;
    const points = this.#series(minute).map((value) =>
      value === undefined ? undefined : breaches(value, ComparisonOperator, Threshold),
    );
    return stateOf(points, this.#alarm);
  }

  /** The first minute of a time in which the alarm has that state. */
  first(state: AlarmState, from: number, until: number): number | undefined {
    for (let minute = from; minute <= until; minute++) {
      if (this.at(minute) === state) return minute;
    }
    return undefined;
  }

  /** The values that are looked at, newest first. */
  #series(minute: number): Series {
    const { MetricName, Period, Statistic, Metrics = [] } = this.#alarm;
    if (MetricName !== undefined && Period !== undefined && Statistic !== undefined) {
      return this.#metric(minute, [MetricName], Period, Statistic);
    }
    const inputs = Metrics.flatMap(({ Id, MetricStat }) => {
      if (MetricStat === undefined) return [];
      const { Metric, Period: period, Stat } = MetricStat;
      const names = [Id, Metric.MetricName];
      return [[Id, this.#metric(minute, names, period, Stat)] as const];
    });
    const [expression] = Metrics.flatMap(({ Expression }) => Expression ?? []);
    if (expression === undefined) return inputs[0]?.[1] ?? [];
    return evaluate(expression, Object.fromEntries(inputs), this.#circumstances.fillsEmpty);
  }

  #metric(
    minute: number,
    names: readonly string[],
    seconds: number,
    stat: z.infer<typeof statistic>,
  ): Series {
    const { lateness, extraPeriods } = this.#circumstances;
    const period = seconds / 60;
    const known = this.#samples.filter(
      ({ metric, at }) => names.includes(metric) && at + lateness <= minute,
    );
    return Array.from({ length: this.#alarm.EvaluationPeriods + extraPeriods }, (_, i) => {
      const end = minute - i * period;
      const values = known.filter(({ at }) => at >= end - period && at < end);
      return aggregate(
        values.map(({ value }) => value),
        stat,
      );
    });
  }
}

function aggregate(values: readonly number[], stat: z.infer<typeof statistic>) {
  if (values.length === 0) return undefined;
  if (stat === "SampleCount") return values.length;
  if (stat === "Maximum") return Math.max(...values);
  return values.reduce((sum, value) => sum + value, 0);
}

function breaches(
  value: number,
  operator: AlarmProperties["ComparisonOperator"],
  threshold: number,
): boolean {
  if (operator === "GreaterThanThreshold") return value > threshold;
  return operator === "LessThanThreshold" ? value < threshold : value >= threshold;
}

/**
 * What becomes of the points of the range, newest first: true breaches, undefined is missing.
 */
export function stateOf(
  points: readonly (boolean | undefined)[],
  alarm: Pick<AlarmProperties, "EvaluationPeriods" | "DatapointsToAlarm" | "TreatMissingData">,
): AlarmState {
  const { EvaluationPeriods, DatapointsToAlarm, TreatMissingData } = alarm;
  const real = points.filter((point) => point !== undefined).slice(0, EvaluationPeriods);
  const missing = Array(EvaluationPeriods - real.length).fill(TreatMissingData === "breaching");
  const bad = [...real, ...missing].filter((point) => point === true);
  return bad.length >= DatapointsToAlarm ? "ALARM" : "OK";
}
