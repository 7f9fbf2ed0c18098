import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { LAMBDA_BUNDLE } from "#lib/function-bundles.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Bundles an entry point as the functions are bundled (see `lib/function-bundles.ts`), so that what is
 * measured is what would run in Lambda, and not the loading of TypeScript.
 *
 * @param plugins of esbuild, to leave a part out
 * @returns the bundle's path
 */
export async function bundle(
  entry: URL,
  directory: string,
  name: string,
  plugins: Plugin[] = [],
): Promise<string> {
  const outfile = join(directory, `${name}.mjs`);
  await build({
    ...LAMBDA_BUNDLE,
    entryPoints: [fileURLToPath(entry)],
    outfile,
    sourcemap: true,
    // An entry point outside of the project finds the project's packages.
    nodePaths: [join(ROOT, "node_modules")],
    plugins,
  });
  return outfile;
}
