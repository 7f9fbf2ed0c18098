import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readStaticFiles, type StaticFiles } from "@akool-archiver/console/static-files.ts";
import { UsageError } from "../output/usage-error.ts";

/** Beside the bundle in the package; in the repository where they are built. */
const PLACES = ["./console", "../../../console/dist"];

/**
 * The console's files.
 *
 * @throws UsageError when they were not built
 */
export async function consoleFiles(base = import.meta.url): Promise<StaticFiles> {
  const directory = PLACES.map((place) => fileURLToPath(new URL(place, base))).find((path) =>
    existsSync(`${path}/index.html`),
  );
  if (directory === undefined) {
    throw new UsageError(
      "the console is not built here; in the repository: npm run build --workspace @akool-archiver/console",
    );
  }
  return readStaticFiles(directory);
}
