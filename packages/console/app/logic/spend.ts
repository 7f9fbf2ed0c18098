/** The part of a ledger's row that is shown. */
export interface SpendRow {
  readonly group: string;
  readonly jobs: number;
  readonly credits: { readonly charged: number; readonly estimated: number };
  readonly videos: {
    readonly archived: number;
    readonly bytes: number;
    readonly missing: number;
    readonly missingCredits?: number | undefined;
  };
  readonly failed: { readonly jobs: number; readonly credits: number };
}

/** Credits of a row by what has become of them. */
export interface Split {
  readonly archived: number;
  readonly missing: number;
  readonly failed: number;
}

/** What was charged, and for what: videos in the bucket, videos that are not, and failures. */
export function splitOf({ credits, videos, failed }: Omit<SpendRow, "group">): Split {
  const missing = videos.missingCredits ?? 0;
  return {
    archived: Math.max(0, credits.charged - failed.credits - missing),
    missing,
    failed: failed.credits,
  };
}

/** A chart's data: one column a row, each series on top of the one before. */
export interface StackedSeries {
  readonly labels: readonly string[];
  readonly failed: readonly number[];
  readonly failedAndMissing: readonly number[];
  readonly all: readonly number[];
}

export function stacked(rows: readonly SpendRow[]): StackedSeries {
  const splits = rows.map(splitOf);
  return {
    labels: rows.map(({ group }) => group),
    failed: splits.map(({ failed }) => failed),
    failedAndMissing: splits.map(({ failed, missing }) => failed + missing),
    all: splits.map(({ failed, missing, archived }) => failed + missing + archived),
  };
}

const DAY_MS = 24 * 3600 * 1000;

/** A row for every day, those without a job too, so that the chart's days are equally far apart. */
export function everyDay(rows: readonly SpendRow[], from: string, to: string): SpendRow[] {
  const byDay = new Map(rows.map((row) => [row.group, row]));
  const days: SpendRow[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) {
    const group = new Date(at).toISOString().slice(0, 10);
    days.push(byDay.get(group) ?? emptyRow(group));
  }
  return days;
}

function emptyRow(group: string): SpendRow {
  return {
    group,
    jobs: 0,
    credits: { charged: 0, estimated: 0 },
    videos: { archived: 0, bytes: 0, missing: 0 },
    failed: { jobs: 0, credits: 0 },
  };
}

/** The first and the last day of the latest so many days, today included, in UTC. */
export function latestDays(days: number, now: number): { from: string; to: string } {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return { from: day(now - (days - 1) * DAY_MS), to: day(now) };
}
