import { parseArgs } from "node:util";

interface Benchmark<Results> {
  help: string;
  measure(isQuick: boolean): Promise<Results>;
  reportOf(results: Results): string;
  /** Keeps the results of a full run. */
  writeReport(results: Results): Promise<void>;
}

/**
 * Runs a benchmark that knows `--quick` and `--help`, and prints its report.
 *
 * @returns the exit code
 */
export async function reportBenchmark<Results>(
  args: readonly string[],
  { help, measure, reportOf, writeReport }: Benchmark<Results>,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const results = await measure(values.quick);
  console.log(reportOf(results));
  if (!values.quick) await writeReport(results);
  return 0;
}
