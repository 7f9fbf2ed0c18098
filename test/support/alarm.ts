import type { Datum } from "./emf.ts";

/** What of an alarm's properties decides when it goes off; a sum that must not reach a threshold. */
export interface AlarmOnSum {
  metricName: string;
  threshold: number;
  periodSeconds: number;
  evaluationPeriods: number;
}

/**
 * How often CloudWatch would notify of the alarm: each change from OK to ALARM, with one period in
 * the window enough for ALARM, and periods without data counted as good.
 */
export function notificationsOf(alarm: AlarmOnSum, data: readonly Datum[]): number {
  const sums = sumsOf([alarm.metricName], alarm.periodSeconds, data);
  const bad = [...sums].filter(([, sum]) => sum >= alarm.threshold).map(([period]) => period);
  bad.sort((a, b) => a - b);
  return bad.filter((period, i) => {
    const before = bad[i - 1];
    return before === undefined || period - before >= alarm.evaluationPeriods + 1;
  }).length;
}

/** An alarm on the share of AKOOL's calls that had one outcome, in periods that are all beyond it. */
export interface AlarmOnShare {
  metricName: string;
  fewestCalls: number;
  percent: number;
  periodSeconds: number;
  evaluationPeriods: number;
}

/**
 * When CloudWatch would notify of the alarm: each change from OK to ALARM, at the end of the period
 * that brings it, with periods of too few calls counted as good. Epoch milliseconds.
 */
export function notificationsOnShare(alarm: AlarmOnShare, data: readonly Counted[]): number[] {
  const { periodSeconds, evaluationPeriods } = alarm;
  const calls = sumsOf(["AkoolLook", "AkoolCreate"], periodSeconds, data);
  const parts = sumsOf([alarm.metricName], periodSeconds, data);
  const isBad = (period: number) => {
    const all = calls.get(period) ?? 0;
    return all >= alarm.fewestCalls && (100 * (parts.get(period) ?? 0)) / all > alarm.percent;
  };
  const isAlarm = (last: number) =>
    Array.from({ length: evaluationPeriods }, (_, i) => last - i).every(isBad);
  return [...calls.keys()]
    .filter((period) => isAlarm(period) && !isAlarm(period - 1))
    .map((period) => (period + 1) * periodSeconds * 1000);
}

type Counted = Pick<Datum, "name" | "value" | "at">;

function sumsOf(
  names: readonly string[],
  periodSeconds: number,
  data: readonly Counted[],
): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { name, value, at } of data) {
    if (!names.includes(name)) continue;
    const period = Math.floor(at / 1000 / periodSeconds);
    sums.set(period, (sums.get(period) ?? 0) + value);
  }
  return sums;
}
