import { drawBarChart } from "../support/bar-chart.ts";
import { writeBenchmarkFiles } from "../support/benchmark-files.ts";
import { describeMachine } from "../support/machine.ts";
import { markdownTable } from "../support/markdown.ts";
import { clientsOf, EMPTY, functionsOf, importMs, type Results } from "./results.ts";

const POLLER = "CheckStatus";
const POLLER_TARGET = 1.3;

/** Writes the page, its chart and the raw data. */
export async function writeReport(results: Results): Promise<void> {
  await writeBenchmarkFiles({
    "cold-start.json": `${JSON.stringify(results, null, 1)}\n`,
    "cold-start.md": pageOf(results),
    "cold-start.svg": chartOf(results),
  });
}

/** The table, and the verdict on the target. */
export function reportOf(results: Results): string {
  const ratio = importMs(results, POLLER) / importMs(results, clientsOf(POLLER));
  const verdict = ratio <= POLLER_TARGET ? "met" : "**not met**";
  const bytesOf = (name: string) =>
    kilobytes(results.subjects.find((subject) => subject.name === name)?.bytes ?? Number.NaN);
  const rows = functionsOf(results).map(({ name, bytes }) => {
    const own = importMs(results, name);
    const clients = importMs(results, clientsOf(name));
    return [
      name,
      kilobytes(bytes),
      bytesOf(clientsOf(name)),
      own.toFixed(0),
      clients.toFixed(0),
      (own / clients).toFixed(2),
    ];
  });
  const head = ["function", "kB", "kB, clients alone", "ms", "ms, clients alone", "×"];
  return `${markdownTable(head, rows)}

The ${EMPTY}: ${importMs(results, EMPTY).toFixed(1)} ms.

Target: ${POLLER} imports within ${POLLER_TARGET} times of a handler with only its SDK clients. Measured: ${ratio.toFixed(2)}, ${verdict}.`;
}

function pageOf(results: Results): string {
  const rounds = results.imports.filter(({ subject }) => subject === EMPTY).length;
  return `# Size and import time of the functions

Written by \`npm run bench -- cold-start\` on ${results.date}; the single imports are in [cold-start.json](../../bench/results/cold-start.json). Medians of ${rounds} imports, each in a new process, side by side, round after round.

Machine: ${describeMachine(results.machine)}.

What is imported is the bundle that \`cdk deploy\` ships, with the function's environment. It is compared with a handler that sets up the same packages of the AWS SDK and does nothing else, bundled in the same way, and with an empty handler. In Lambda the download of the code and the start of the runtime come before that; they are not measured here.

![](cold-start.svg)

${reportOf(results)}
`;
}

function chartOf(results: Results): string {
  const bar = (label: string, name: string, highlighted: boolean) => ({
    label,
    value: importMs(results, name),
    highlighted,
  });
  return drawBarChart({
    title: "Import of each function's bundle in a new process",
    axis: "milliseconds (less is better)",
    groups: [
      { label: "nothing", bars: [bar(EMPTY, EMPTY, false)] },
      ...functionsOf(results).map(({ name }) => ({
        label: name,
        bars: [bar("function", name, true), bar("SDK clients alone", clientsOf(name), false)],
      })),
    ],
  });
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
