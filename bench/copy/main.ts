import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../support/bundle.ts";
import { startChildServer } from "../support/child-server.ts";
import { thisMachine } from "../support/machine.ts";
import { reportBenchmark } from "../support/report-benchmark.ts";
import type { Contender } from "./contenders.ts";
import { measure } from "./measure.ts";
import { NETWORKS } from "./network.ts";
import { presentContenders } from "./programs.ts";
import { reportOf, writeReport } from "./report.ts";
import type { Results, Run } from "./results.ts";

const help = `Copying one video into S3: the archiver's copier and what one would use instead.

Usage: npm run bench -- copy [--quick]

  --quick   2 MB, 10 MB and 200 MB, twice each; writes no files
  --help    show this

Pages go to docs/benchmarks/, raw figures to bench/results/. The full run takes about half an hour.
Needs rclone, awscli, curl and time; what is missing is left out, and named.`;

/** Bytes of the video, and how often each contender copies it. */
type Sizes = ReadonlyMap<number, number>;

const FULL: Sizes = new Map([
  [2_000_000, 9],
  [10_000_000, 9],
  [200_000_000, 5],
  [2_000_000_000, 3],
]);
const QUICK: Sizes = new Map([
  [2_000_000, 2],
  [10_000_000, 2],
  [200_000_000, 2],
]);

/** `npm run bench -- copy` */
export function run(args: readonly string[]): Promise<number> {
  return reportBenchmark(args, {
    help,
    measure: (isQuick) => measureAll(isQuick ? QUICK : FULL),
    reportOf,
    writeReport,
  });
}

async function measureAll(sizes: Sizes): Promise<Results> {
  const { contenders, versions } = await presentContenders();
  const directory = await mkdtemp(join(tmpdir(), "bench-copy-"));
  const contenderBundle = await bundle(
    new URL("contender.ts", import.meta.url),
    directory,
    "contender",
  );
  const origin = await startChildServer(new URL("origin.ts", import.meta.url));
  const near = await startChildServer(new URL("sink.ts", import.meta.url));
  const distant = await startChildServer(new URL("sink.ts", import.meta.url), [
    String(NETWORKS.distant?.storeLatencyMs),
  ]);
  const runs: Run[] = [];
  try {
    for (const { network, bytes, contender } of heats(sizes, contenders)) {
      const race = {
        url: `${origin.origin}/${network}/${bytes}`,
        bytes,
        key: `${runs.length}.mp4`,
        endpoint: (NETWORKS[network]?.storeLatencyMs ? distant : near).origin,
        bundle: contenderBundle,
      };
      const measured = await measure(contender, race, join(directory, "times"));
      runs.push({ network, bytes, contender: contender.name, ...measured });
      const speed = (bytes / 1e6 / measured.seconds).toFixed(0);
      console.error(`${network}, ${bytes / 1e6} MB, ${contender.name}: ${speed} MB/s`);
    }
  } finally {
    await Promise.all([origin.close(), near.close(), distant.close()]);
    await rm(directory, { recursive: true });
  }
  const date = new Date().toISOString().slice(0, 10);
  return { date, machine: thisMachine(), programs: { ...versions }, runs };
}

/** In rounds, so that a busy moment of the machine affects all alike. */
function* heats(sizes: Sizes, contenders: readonly Contender[]) {
  for (const [network, { largestBytes }] of Object.entries(NETWORKS)) {
    for (const [bytes, rounds] of [...sizes].filter(([size]) => size <= largestBytes)) {
      for (let round = 0; round < rounds; round++) {
        for (const contender of contenders.filter((each) => copies(each, bytes))) {
          yield { network, bytes, contender };
        }
      }
    }
  }
}

function copies({ largestBytes = Number.POSITIVE_INFINITY }: Contender, bytes: number): boolean {
  return bytes <= largestBytes;
}
