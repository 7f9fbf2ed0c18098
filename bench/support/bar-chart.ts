/** A chart of horizontal bars in groups. */
export interface BarChart {
  title: string;
  /** What the axis shows, with its unit. */
  axis: string;
  groups: readonly BarGroup[];
}

interface BarGroup {
  label: string;
  bars: readonly Bar[];
}

interface Bar {
  label: string;
  value: number;
  /** The one that the chart is about. */
  highlighted: boolean;
}

const WIDTH = 860;
const LABELS = 190;
const VALUES = 70;
const PLOT = WIDTH - LABELS - VALUES;
const ROW = 22;
const GROUP_HEAD = 32;
const HEAD = 44;
const FOOT = 48;
const TICKS = 5;

/** Draws it as SVG, without scripts or fonts of its own. */
export function drawBarChart(chart: BarChart): string {
  const values = chart.groups.flatMap(({ bars }) => bars.map(({ value }) => value));
  const step = niceStep(Math.max(...values) / TICKS);
  const most = Math.ceil(Math.max(...values) / step) * step;
  const x = (value: number) => LABELS + (value / most) * PLOT;
  const rows: string[] = [];
  let y = HEAD;
  for (const { label, bars } of chart.groups) {
    rows.push(text(LABELS, y + 22, label, 'font-weight="bold"'));
    y += GROUP_HEAD;
    for (const bar of bars) {
      rows.push(...drawBar(bar, y, x(bar.value)));
      y += ROW;
    }
  }
  const ticks = Array.from({ length: Math.round(most / step) + 1 }, (_, index) => index * step);
  const axis = ticks.flatMap((tick) => [
    `<line x1="${round(x(tick))}" y1="${HEAD}" x2="${round(x(tick))}" y2="${y + 4}" stroke="#ddd"/>`,
    text(x(tick), y + 20, shown(tick), 'text-anchor="middle" fill="#555"'),
  ]);
  const height = y + FOOT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" role="img" aria-label="${escaped(chart.title)}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(16, 26, chart.title, 'font-size="16" font-weight="bold"'),
    ...axis,
    ...rows,
    text(LABELS + PLOT / 2, y + 40, chart.axis, 'text-anchor="middle"'),
    "</svg>",
    "",
  ].join("\n");
}

function drawBar({ label, value, highlighted }: Bar, y: number, end: number): string[] {
  const fill = highlighted ? "#1a6fb5" : "#a9b8c6";
  return [
    text(LABELS - 8, y + 14, label, 'text-anchor="end"'),
    `<rect x="${LABELS}" y="${y}" width="${round(end - LABELS)}" height="${ROW - 6}" fill="${fill}"/>`,
    text(end + 6, y + 13, shown(value), ""),
  ];
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${round(x)}" y="${y}" ${attributes}>${escaped(content)}</text>`;
}

/** 1, 2 or 5 times a power of ten, and no less than asked for. */
function niceStep(least: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * magnitude >= least) ?? 10;
  return factor * magnitude;
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
