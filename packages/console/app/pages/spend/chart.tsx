import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type SpendRow, stacked } from "../../logic/spend.ts";

const HEIGHT = 220;
/** Groups that have room beside each other. */
const MOST_GROUPS = 24;

interface ChartProps {
  rows: readonly SpendRow[];
  isByDay: boolean;
}

/** Credits by what has become of them; the table beside it says the same. */
export function SpendChart({ rows, isByDay }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = isByDay ? rows : rows.slice(0, MOST_GROUPS);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let chart = draw(element, drawn);
    const again = () => {
      chart.destroy();
      chart = draw(element, drawn);
    };
    const resized = new ResizeObserver(() =>
      chart.setSize({ width: Math.max(200, element.clientWidth), height: HEIGHT }),
    );
    resized.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", again);
    return () => {
      resized.disconnect();
      scheme.removeEventListener("change", again);
      chart.destroy();
    };
  }, [rows]);
  return (
    <>
      <div ref={place} class="chart" aria-hidden="true" />
      <ul class="legend">
        <li>
          <span class="swatch swatch-good" aria-hidden="true" /> for videos in the bucket
        </li>
        <li>
          <span class="swatch swatch-warning" aria-hidden="true" /> for videos that are not
        </li>
        <li>
          <span class="swatch swatch-bad" aria-hidden="true" /> for failures
        </li>
      </ul>
    </>
  );
}

function draw(element: HTMLElement, rows: readonly SpendRow[]): uPlot {
  const series = stacked(rows);
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--text-quiet"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: `11px ${style.fontFamily}`,
  };
  const bars = uPlot.paths.bars?.({ size: [0.7, 48] });
  // The tallest first, so that what is on top of the others is drawn behind them.
  const column = (name: string) => ({
    fill: colour(name),
    stroke: colour(name),
    width: 0,
    points: { show: false },
    ...(bars && { paths: bars }),
  });
  const options: uPlot.Options = {
    width: Math.max(200, element.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: [-0.6, rows.length - 0.4] },
      y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, at) => at.map((index) => labelOf(series.labels, index)),
      },
      { ...axis, size: 56 },
    ],
    series: [{}, column("--good-solid"), column("--warning-solid"), column("--bad-solid")],
  };
  const data: uPlot.AlignedData = [
    rows.map((_, index) => index),
    [...series.all],
    [...series.failedAndMissing],
    [...series.failed],
  ];
  return new uPlot(options, data, element);
}

/** Days without their year; longer names are cut, and whole in the table. */
function labelOf(labels: readonly string[], index: number): string {
  const label = Number.isInteger(index) ? (labels[index] ?? "") : "";
  const short = /^\d{4}-\d\d-\d\d$/.test(label) ? label.slice(5) : label;
  return short.length > 14 ? `${short.slice(0, 13)}…` : short;
}
