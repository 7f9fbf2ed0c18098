import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundleInto } from "#lib/function-bundles.ts";
import { synthesize } from "#local/stack/synthesize.ts";
import { thisMachine } from "../support/machine.ts";
import { reportBenchmark } from "../support/report-benchmark.ts";
import { bundleWith, sdkPackagesOf } from "./baselines.ts";
import { reportOf, writeReport } from "./report.ts";
import { clientsOf, EMPTY, type Results, type Subject } from "./results.ts";

const help = `Size and import time of each function's bundle, in new processes.

Usage: npm run bench -- cold-start [--quick]

  --quick   3 imports of each instead of 15; writes no files
  --help    show this

Pages go to docs/benchmarks/, raw figures to bench/results/.`;

const IMPORT_ONCE = fileURLToPath(new URL("import-once.ts", import.meta.url));

const runProcess = promisify(execFile);

/** `npm run bench -- cold-start` */
export function run(args: readonly string[]): Promise<number> {
  return reportBenchmark(args, {
    help,
    measure: (isQuick) => measureAll(isQuick ? 3 : 15),
    reportOf,
    writeReport,
  });
}

async function measureAll(rounds: number): Promise<Results> {
  const directory = await mkdtemp(join(tmpdir(), "bench-cold-start-"));
  try {
    const subjects = await findSubjects(directory);
    const imports: Results["imports"] = [];
    // In rounds, so that a busy moment of the machine affects all alike.
    for (let round = 1; round <= rounds; round++) {
      for (const { name, path, environment } of subjects) {
        imports.push({ subject: name, milliseconds: await importOnce(path, environment) });
      }
      console.error(`round ${round} of ${rounds}`);
    }
    return {
      date: new Date().toISOString().slice(0, 10),
      machine: thisMachine(),
      subjects: subjects.map(({ name, bytes, packages }) => ({ name, bytes, packages })),
      imports,
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface Bundle extends Subject {
  path: string;
  environment: Readonly<Record<string, string>>;
}

/** The empty handler, every function, and for each a handler with only its SDK clients. */
async function findSubjects(directory: string): Promise<Bundle[]> {
  const bundles: Omit<Bundle, "bytes">[] = [];
  const empty = await bundleWith([], directory, "empty");
  bundles.push({ name: EMPTY, packages: [], path: empty, environment: {} });
  const { functions } = await synthesize();
  const mapped = await mappedBundles(join(directory, "mapped"));
  for (const { logicalId, bundlePath, environment } of functions.values()) {
    const name = logicalId.replace(/Function[0-9A-F]{8}$/, "");
    const packages = await sdkPackagesOf(mapped(await readFile(bundlePath, "utf8")));
    const clients = await bundleWith(packages, directory, name);
    bundles.push({ name, packages, path: bundlePath, environment });
    bundles.push({ name: clientsOf(name), packages, path: clients, environment });
  }
  return Promise.all(
    bundles.map(async (found) => ({ ...found, bytes: (await stat(found.path)).size })),
  );
}

/** Finds the same bundle with its source map, which is not deployed. */
async function mappedBundles(directory: string): Promise<(bundle: string) => string> {
  bundleInto(directory, true);
  const paths = (await readdir(directory)).map((entry) => join(directory, entry, "index.mjs"));
  const byText = new Map(
    await Promise.all(paths.map(async (path) => [await readFile(path, "utf8"), path] as const)),
  );
  return (bundle) => {
    const path = byText.get(bundle);
    if (path === undefined) throw new Error("no bundle of these sources is like the deployed one");
    return path;
  };
}

async function importOnce(
  path: string,
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const { stdout } = await runProcess(process.execPath, [IMPORT_ONCE, path], {
    env: { PATH: process.env.PATH, AWS_REGION: "us-east-1", ...environment },
  });
  return Number(stdout);
}
