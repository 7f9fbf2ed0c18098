import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

/** CommonJS inside the SDK requires modules of Node's by name. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** Bundles client, SDK parts and command into `<directory>/akool-archiver.js`. */
export async function bundle(directory: URL) {
  await rm(directory, { recursive: true, force: true });
  const outfile = fileURLToPath(new URL("akool-archiver.js", directory));
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: ["src/packed.ts"],
    outfile,
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
    metafile: true,
    logLevel: "warning",
  });
  return { file: outfile, bytes: bytesOf(metafile), metafile };
}

function bytesOf({ outputs }: Metafile): number {
  return Object.values(outputs).reduce((sum, { bytes }) => sum + bytes, 0);
}
