import type { Datum } from "./emf.ts";

/** What of an alarm's properties decides when it goes off; a sum that must not reach a threshold. */
export interface AlarmOnSum {
  metricName: string;
  threshold: number;
  periodSeconds: number;
  evaluationPeriods: number;
}

/**
 * How often CloudWatch would announce the alarm: each change from OK to ALARM, with one period in
 * the window enough for ALARM, and periods without data counted as good.
 */
export function announcementsOf(alarm: AlarmOnSum, data: readonly Datum[]): number {
  const sums = new Map<number, number>();
  for (const { name, value, at } of data) {
    if (name !== alarm.metricName) continue;
    const period = Math.floor(at / 1000 / alarm.periodSeconds);
    sums.set(period, (sums.get(period) ?? 0) + value);
  }
  const bad = [...sums].filter(([, sum]) => sum >= alarm.threshold).map(([period]) => period);
  bad.sort((a, b) => a - b);
  return bad.filter((period, i) => {
    const before = bad[i - 1];
    return before === undefined || period - before >= alarm.evaluationPeriods + 1;
  }).length;
}
