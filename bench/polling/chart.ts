import type { Row } from "./measure.ts";
import type { Result } from "./result.ts";

const PANEL = { width: 430, height: 300, left: 48, right: 12, top: 30, bottom: 36 };
const COLUMNS = 2;
const LEGEND_HEIGHT = 74;

/** Both axes are logarithmic; delays below the first are drawn on it. */
const DELAY = { from: 0.5, to: 300, ticks: [1, 3, 10, 30, 100, 300] };
const DOLLARS = { from: 0.15, to: 40, ticks: [0.3, 1, 3, 10, 30] };

/** Colour-blind safe (Okabe and Ito). */
const MARKS: readonly { prefix: string; label: string; colour: string }[] = [
  { prefix: "AWS job poller", label: "AWS job poller, 30 s and 10 s", colour: "#D55E00" },
  { prefix: "exponential", label: "exponential back-off", colour: "#CC79A7" },
  { prefix: "fixed", label: "fixed 30 s and 10 s, here", colour: "#E69F00" },
  { prefix: "schedule v1", label: "schedule v1", colour: "#56B4E9" },
  { prefix: "schedule v2, default", label: "schedule v2, default", colour: "#0072B2" },
  { prefix: "webhook", label: "webhook", colour: "#009E73" },
  { prefix: "clairvoyant", label: "clairvoyant", colour: "#000000" },
];
const CURVE_COLOUR = "#0072B2";

/** One panel a distribution: what noticing costs against how late it is. Below left is better. */
export function chart(results: readonly Result[]): string {
  const rows = Math.ceil(results.length / COLUMNS);
  const [width, height] = [COLUMNS * PANEL.width, rows * PANEL.height + LEGEND_HEIGHT];
  const panels = results.map((result, index) => {
    const [x, y] = [(index % COLUMNS) * PANEL.width, Math.floor(index / COLUMNS) * PANEL.height];
    return `<g transform="translate(${x} ${y})">${panel(result)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    "<title>Dollars for 1,000 jobs against the mean delay, by distribution</title>",
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...panels,
    `<g transform="translate(${PANEL.left} ${rows * PANEL.height + 8})">${legend()}</g>`,
    "</svg>\n",
  ].join("\n");
}

function panel({ name, rows, curve }: Result): string {
  const points = curve.map((row) => `${xOf(row.delaySeconds)},${yOf(row.dollarsPerThousand)}`);
  return [
    text(PANEL.left, 18, name, 'font-weight="bold"'),
    ...DELAY.ticks.map(delayTick),
    ...DOLLARS.ticks.map(dollarsTick),
    text(PANEL.width - PANEL.right, PANEL.height - 6, "mean delay, s", 'text-anchor="end"'),
    text(PANEL.left + 4, PANEL.top + 10, "$ for 1,000 jobs"),
    `<polyline points="${points.join(" ")}" fill="none" stroke="${CURVE_COLOUR}" stroke-width="2"/>`,
    ...rows.flatMap(mark),
  ].join("\n");
}

function delayTick(delay: number): string {
  const x = xOf(delay);
  return (
    line(x, PANEL.top, x, PANEL.height - PANEL.bottom) +
    text(x, PANEL.height - PANEL.bottom + 14, String(delay), 'text-anchor="middle"')
  );
}

function dollarsTick(dollars: number): string {
  const y = yOf(dollars);
  return (
    line(PANEL.left, y, PANEL.width - PANEL.right, y) +
    text(PANEL.left - 5, y + 4, String(dollars), 'text-anchor="end"')
  );
}

function mark(row: Row): string[] {
  const found = MARKS.find(({ prefix }) => row.name.startsWith(prefix));
  if (found === undefined) return [];
  const place = `cx="${xOf(row.delaySeconds)}" cy="${yOf(row.dollarsPerThousand)}"`;
  const title = `${row.name}: $${row.dollarsPerThousand.toFixed(2)}, ${row.delaySeconds.toFixed(1)} s`;
  return [`<circle ${place} r="5" fill="${found.colour}"><title>${title}</title></circle>`];
}

function legend(): string {
  const entries = MARKS.map(({ label, colour }, index) => {
    const [x, y] = [(index % 4) * 200, Math.floor(index / 4) * 22 + 8];
    return `<circle cx="${x}" cy="${y}" r="5" fill="${colour}"/>${text(x + 10, y + 4, label)}`;
  });
  const [x, y] = [600, 30];
  const curve = `<path d="M${x - 8} ${y}h16" stroke="${CURVE_COLOUR}" stroke-width="2"/>`;
  return [...entries, curve + text(x + 12, y + 4, "schedule v2, by acceptable delay")].join("\n");
}

function xOf(delay: number): number {
  const share = logShare(Math.max(delay, DELAY.from), DELAY);
  return Math.round(PANEL.left + share * (PANEL.width - PANEL.left - PANEL.right));
}

function yOf(dollars: number): number {
  const share = logShare(dollars, DOLLARS);
  const inner = PANEL.height - PANEL.top - PANEL.bottom;
  return Math.round(PANEL.height - PANEL.bottom - share * inner);
}

function logShare(value: number, { from, to }: { from: number; to: number }): number {
  return Math.log(value / from) / Math.log(to / from);
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x}" y="${y}" ${attributes}>${content}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number) {
  return `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="#ddd"/>`;
}
