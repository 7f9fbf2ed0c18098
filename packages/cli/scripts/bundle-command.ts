import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

/** CommonJS inside the SDK requires modules of Node's by name. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** Client, SDK parts and command as one file, for Node.js 20 and newer. */
export const bundled = {
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  entryPoints: ["src/packed.ts"],
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  mainFields: ["module", "main"],
  minify: true,
  // Errors are told by their names.
  keepNames: true,
  legalComments: "inline",
  banner: { js: REQUIRE },
  logLevel: "warning",
} as const satisfies BuildOptions;

/** Writes it to `<directory>/akool-archiver.js`, and nothing else is left there. */
export async function bundle(directory: URL): Promise<string> {
  await rm(directory, { recursive: true, force: true });
  const outfile = fileURLToPath(new URL("akool-archiver.js", directory));
  await build({ ...bundled, outfile });
  return outfile;
}
