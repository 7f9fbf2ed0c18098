import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readStaticFiles, type StaticFiles } from "@akool-archiver/console/static-files.ts";
import { cachedDirectory } from "./assembly-cache.ts";
import { type Sources, sourceDigest } from "./source-digest.ts";

const PROJECT_ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Apart from the stack's: each keeps its latest entries. */
const CACHE = "node_modules/.cache/akool-video-archiver-console";

const SOURCES: Sources = {
  directories: ["packages/console/app", "packages/console/src", "packages/client/src"],
  files: ["docs/operations.md", "package-lock.json"],
};

/** The page could not be built; the message holds what the build wrote to its standard error. */
export class ConsoleNotBuilt extends Error {
  override readonly name = "ConsoleNotBuilt";
}

/**
 * The console's files, built if their sources have changed. In a process of its own: the build sets
 * variables of its process, and the functions must not see them.
 *
 * @param root the project's directory
 * @throws ConsoleNotBuilt
 */
export async function consoleFiles(root: string = PROJECT_ROOT): Promise<StaticFiles> {
  const digest = sourceDigest(root, SOURCES);
  const directory = await cachedDirectory(join(root, CACHE), digest, async (output) => {
    try {
      await promisify(execFile)(process.execPath, ["packages/console/scripts/build.ts", output], {
        cwd: root,
      });
    } catch (error) {
      // Node's message for a failed child carries all of its standard error.
      throw new ConsoleNotBuilt(`The console could not be built. ${error}`, { cause: error });
    }
  });
  return readStaticFiles(directory);
}
