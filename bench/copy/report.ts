import { drawBarChart } from "../support/bar-chart.ts";
import { writeBenchmarkFiles } from "../support/benchmark-files.ts";
import { describeMachine } from "../support/machine.ts";
import { markdownTable } from "../support/markdown.ts";
import { chartsOf } from "./charts.ts";
import { ARCHIVER, LIB_STORAGE } from "./contenders.ts";
import { NETWORKS } from "./network.ts";
import { type Results, type Score, scenariosOf, scoresOf, sizeLabel } from "./results.ts";
import { targetTable } from "./targets.ts";

/** Writes the page, its charts and the raw data. */
export async function writeReport(results: Results): Promise<void> {
  const charts = Object.entries(chartsOf(results));
  const names = charts.map(([name]) => name);
  await writeBenchmarkFiles({
    "copy.json": `${JSON.stringify(results, null, 1)}\n`,
    "copy.md": pageOf(results, names),
    ...Object.fromEntries(charts.map(([name, chart]) => [name, drawBarChart(chart)])),
  });
}

/** The tables of all scenarios, and the verdict on the targets. */
export function reportOf(results: Results): string {
  const tables = scenariosOf(results).map(
    (scenario) => `### ${sizeLabel(scenario)}\n\n${scoreTable(scoresOf(results, scenario))}`,
  );
  return [...tables, "### Targets", targetTable(results)].join("\n\n");
}

function scoreTable(scores: readonly Score[]): string {
  const base = scores.find(({ contender }) => contender === LIB_STORAGE)?.mbPerSecond ?? Number.NaN;
  const rows = scores.map((score) => [
    score.contender === ARCHIVER ? `**${score.contender}**` : score.contender.replace("|", "\\|"),
    score.mbPerSecond.toFixed(score.mbPerSecond < 100 ? 1 : 0),
    (score.mbPerSecond / base).toFixed(2),
    score.cpuSecondsPerGb.toFixed(2),
    score.peakMb.toFixed(0),
    score.storeRequests.toFixed(0),
    String(score.repetitions),
  ]);
  const head = ["", "MB/s", "× lib-storage", "CPU s/GB", "peak MB", "S3 requests", "runs"];
  return markdownTable(head, rows);
}

function pageOf(results: Results, charts: readonly string[]): string {
  const programs = Object.entries(results.programs).map(
    ([name, version]) => `${name} (${version})`,
  );
  return `# Copying one video into S3

Written by \`npm run bench -- copy\` on ${results.date}; the runs themselves are in [copy.json](../../bench/results/copy.json). Medians, measured side by side, round after round.

Machine: ${describeMachine(results.machine)}; origin and store run on it too, each in a process of its own. Compared with: ${programs.join("; ")}.

- **archiver**: the copier of this project, bundled as ArchiveVideo is.
- **lib-storage**: \`Upload\` of \`@aws-sdk/lib-storage\` with its defaults, fed by one \`fetch\`.
- **rclone copyurl**, **curl | aws s3 cp -**: with their defaults, measured from the start of the program to its end; CPU is that of all processes, the peak that of the largest. Ours are measured from the first request to the last answer, since a function is started once for many copies (the archiver's first run of a video; its sidecar costs one S3 request more); their peak includes all that was loaded.
- **next copy**: the second copy that a process of ours makes, as most copies of a function are; the first one runs code that was never run before. rclone starts for each video.
- **raw relay**: the limit for any copy on this machine: the same ranges on as many connections, each piped on to the store's process, without S3, SDK, checksum, or a buffer to repeat anything from.
- **raw download**: the same ranges, read and forgotten.

The origin serves ranges over plain HTTP on loopback; ${Object.values(NETWORKS)
    .map(({ label }) => `"${label}"`)
    .join(
      " and ",
    )}. The latency comes before every answer, and once more with every new connection; "to the store" means that the store has it, and the origin none. 25 MB/s is our choice for what one connection to a CDN commonly gives. The store takes and forgets every byte and computes nothing. What it has counted is compared with the video's size after each run.

${charts.map((name) => `![](${name})`).join("\n\n")}

${reportOf(results)}
`;
}
