import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { ARCHIVER, CONTENDERS, type Contender } from "../copy/contenders.ts";
import { type Measured, measure } from "../copy/measure.ts";
import { writeBenchmarkFiles } from "../support/benchmark-files.ts";
import { bundle } from "../support/bundle.ts";
import { startChildServer } from "../support/child-server.ts";
import { describeMachine, type Machine, thisMachine } from "../support/machine.ts";
import { markdownTable } from "../support/markdown.ts";
import { median } from "../support/median.ts";
import { reportBenchmark } from "../support/report-benchmark.ts";

const help = `What the content check adds to a copy: the copier as it is, and without the check.

Usage: npm run bench -- content-check [--quick]

  --quick   3 rounds; writes no files
  --help    show this

A film of 200 MB on loopback, its index at the beginning or at the end, in turns. The full run takes
about a minute.`;

const BYTES = 200_000_000;
const PLACES = ["first", "last"] as const;
const VARIANTS = ["checked", "unchecked"] as const;

interface Run extends Measured {
  place: (typeof PLACES)[number];
  variant: (typeof VARIANTS)[number];
}

interface Results {
  date: string;
  machine: Machine;
  runs: Run[];
}

/** `npm run bench -- content-check` */
export function run(args: readonly string[]): Promise<number> {
  return reportBenchmark(args, {
    help,
    measure: (isQuick) => measureAll(isQuick ? 3 : 21),
    reportOf,
    writeReport: async (results) => {
      await writeBenchmarkFiles({
        "content-check.json": `${JSON.stringify(results, null, 1)}\n`,
        "content-check.md": pageOf(results),
      });
    },
  });
}

async function measureAll(rounds: number): Promise<Results> {
  const directory = await mkdtemp(join(tmpdir(), "bench-content-check-"));
  const entry = new URL("../copy/contender.ts", import.meta.url);
  const bundles = {
    checked: await bundle(entry, directory, "checked"),
    unchecked: await bundle(entry, directory, "unchecked", [withoutCheck]),
  };
  const origin = await startChildServer(new URL("origin.ts", import.meta.url));
  const store = await startChildServer(new URL("../copy/sink.ts", import.meta.url));
  const runs: Run[] = [];
  try {
    for (const { place, variant } of heats(rounds)) {
      const race = {
        url: `${origin.origin}/${place}/${BYTES}`,
        bytes: BYTES,
        key: `${runs.length}.mp4`,
        endpoint: store.origin,
        bundle: bundles[variant],
      };
      runs.push({
        place,
        variant,
        ...(await measure(copier(), race, join(directory, "times"))),
      });
    }
  } finally {
    await Promise.all([origin.close(), store.close()]);
    await rm(directory, { recursive: true });
  }
  return { date: new Date().toISOString().slice(0, 10), machine: thisMachine(), runs };
}

/** In turns, so that a busy moment of the machine affects both alike. */
function* heats(rounds: number) {
  for (let round = 0; round < rounds; round++) {
    for (const place of PLACES) {
      const variants = round % 2 === 0 ? VARIANTS : VARIANTS.toReversed();
      for (const variant of variants) yield { place, variant };
    }
  }
}

function copier(): Contender {
  const contender = CONTENDERS.find(({ name }) => name === ARCHIVER);
  if (contender === undefined) throw new Error("the archiver is not among the contenders");
  return contender;
}

/** Leaves every container without an inspector. */
const withoutCheck: Plugin = {
  name: "without-check",
  setup(build) {
    build.onLoad({ filter: /\/archive\/content\/inspect\.ts$/ }, () => ({
      contents: "export function inspectorOf() { return undefined; }",
      loader: "ts",
    }));
  },
};

function reportOf({ runs }: Results): string {
  const rows = PLACES.map((place) => {
    const of = (variant: Run["variant"], value: (run: Run) => number) =>
      median(runs.filter((run) => run.place === place && run.variant === variant).map(value));
    const [time, cpu, peak] = [
      (run: Run) => run.seconds * 1000,
      (run: Run) => run.cpuSeconds * 1000,
      (run: Run) => run.peakBytes / 1e6,
    ] as const;
    const share = of("checked", time) / of("unchecked", time) - 1;
    return [
      `index ${place}`,
      `${of("unchecked", time).toFixed(0)} / ${of("checked", time).toFixed(0)}`,
      `${(share * 100).toFixed(1)} %`,
      `${of("unchecked", cpu).toFixed(0)} / ${of("checked", cpu).toFixed(0)}`,
      `${of("unchecked", peak).toFixed(0)} / ${of("checked", peak).toFixed(0)}`,
    ];
  });
  const head = ["without / with the check", "ms", "more time", "CPU ms", "peak MB"];
  return markdownTable(head, rows);
}

function pageOf(results: Results): string {
  const rounds = results.runs.length / (PLACES.length * VARIANTS.length);
  return `# What the content check adds to a copy

Written by \`npm run bench -- content-check\` on ${results.date}; the runs themselves are in [content-check.json](../../bench/results/content-check.json). Medians of ${rounds} runs of each, in turns.

Machine: ${describeMachine(results.machine)}; origin and store run on it too, each in a process of its own. A film of 200 MB and two minutes, with sound, on loopback without a limit, where a copy is fastest and the check weighs most. "Without" is the same bundle with no inspector for any container.

${reportOf(results)}
`;
}
