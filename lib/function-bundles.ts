import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, buildSync } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const CACHE = join(ROOT, "node_modules/.cache/akool-video-archiver");

const HANDLERS = "functions/handlers";

/** Where the entry points lie, on this machine. */
export const SOURCES = join(ROOT, HANDLERS);

/** All entry points: what is bundled together is parsed once. */
const entryPoints = readdirSync(SOURCES)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join(HANDLERS, file));

/** A dependency of file-type's (debug) is CommonJS, and requires modules of Node's by name. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** How esbuild bundles what runs in Lambda. */
export const LAMBDA_BUNDLE = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  mainFields: ["module", "main"],
  minify: true,
  // Step Functions matches errors by name: a minified class must not be called "a".
  keepNames: true,
  banner: { js: REQUIRE },
  logLevel: "warning",
} satisfies BuildOptions;

const PREFIX = "functions-";

/** Far longer than any synthesis. */
const ABANDONED_AFTER_MS = 3_600_000;

let directory: string | undefined;

/**
 * The directory that holds the bundle of one entry point, as `index.mjs`.
 *
 * Hand-written, since CDK's NodejsFunction starts npx twice for each function: ten functions take it
 * nine seconds, one call of esbuild over all of them takes one.
 *
 * @param entry file name of the entry point inside `functions/handlers/`
 */
export function bundleOf(entry: string): string {
  directory ??= bundleAll();
  return join(directory, parse(entry).name);
}

/**
 * Bundles every function for `bundleOf` while the caller does something else, as loading CDK: esbuild is
 * a process of its own. It runs for this alone, and collects no garbage, as its own command line does: some
 * 450 MB instead of 375, for a third less of the processor's time.
 */
export async function bundleAhead(): Promise<void> {
  process.env.GOGC ??= "off";
  const outdir = temporaryDirectory();
  await build(optionsFor(outdir, false));
  directory = outdir;
}

function bundleAll(): string {
  const outdir = temporaryDirectory();
  bundleInto(outdir, false);
  return outdir;
}

/** Inside the project, so that source maps name its files and not where it lies on this machine. */
function temporaryDirectory(): string {
  mkdirSync(CACHE, { recursive: true });
  removeAbandoned();
  const created = mkdtempSync(join(CACHE, PREFIX));
  process.once("exit", () => rmSync(created, { recursive: true, force: true }));
  return created;
}

/** What processes have left that were killed. */
function removeAbandoned(): void {
  for (const name of readdirSync(CACHE)) {
    if (!name.startsWith(PREFIX)) continue;
    const found = join(CACHE, name);
    // Another process may have removed it meanwhile.
    const changedAt = statSync(found, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - changedAt > ABANDONED_AFTER_MS)
      rmSync(found, { recursive: true, force: true });
  }
}

/**
 * Bundles every function into `<outdir>/<entry>/index.mjs`.
 *
 * Without source maps in what is deployed: reading one costs a function time and memory at its first
 * error. The same sources give the same bundle with and without, so that a trace can be read later.
 *
 * @param sourceMaps whether `index.mjs.map` lies beside each bundle
 */
export function bundleInto(outdir: string, sourceMaps: boolean): void {
  buildSync(optionsFor(outdir, sourceMaps));
}

function optionsFor(outdir: string, sourceMaps: boolean): BuildOptions {
  return {
    ...LAMBDA_BUNDLE,
    absWorkingDir: ROOT,
    entryPoints,
    outdir,
    entryNames: "[name]/index",
    outExtension: { ".js": ".mjs" },
    sourcemap: sourceMaps ? "external" : false,
    // debug colours its lines where this is installed, as a tool's dependency: nothing to deploy.
    external: ["supports-color"],
  };
}
