/** `npm run bench`: the measurements; see `npm run bench -- --help`. */
import { benchmarks } from "./benchmarks.ts";

const width = Math.max(...Object.keys(benchmarks).map((name) => name.length));

const help = `Usage: npm run bench -- <benchmark> [options]

${Object.entries(benchmarks)
  .map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  .join("\n")}

npm run bench -- <benchmark> --help shows the options of one.
Exit codes: 0 done, 1 failed, 2 wrong usage.`;

const [name = "--help", ...args] = process.argv.slice(2);
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (name === "--help") {
  console.log(help);
} else if (benchmark === undefined) {
  console.error(`There is no benchmark "${name}".\n\n${help}`);
  process.exitCode = 2;
} else {
  process.exitCode = await (await benchmark.load()).run(args);
}
