/**
 * `npm run trace -- check-status < trace.txt`: a stack trace out of a function's log, with the places
 * of the sources. Run it on the commit that was deployed, or with `--maps DIR` on the maps that
 * `npm run source-maps -- DIR` kept of it.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundleInto } from "#lib/function-bundles.ts";
import { readSourceMap, withOriginalPositions } from "./original-positions.ts";

const { values, positionals } = parseArgs({
  options: { maps: { type: "string" } },
  allowPositionals: true,
});
const [name] = positionals;
if (name === undefined) {
  console.error("which function? For example: npm run trace -- check-status < trace.txt");
  process.exitCode = 2;
} else {
  const maps = values.maps ?? mkdtempSync(join(tmpdir(), "archiver-maps-"));
  if (values.maps === undefined) bundleInto(maps, true);
  // Lambda writes a trace into JSON, with its line ends escaped.
  const trace = readFileSync(0, "utf8").replaceAll("\\n", "\n");
  const map = readSourceMap(readFileSync(join(maps, name, "index.mjs.map"), "utf8"));
  process.stdout.write(withOriginalPositions(trace, map));
  if (values.maps === undefined) rmSync(maps, { recursive: true });
}
