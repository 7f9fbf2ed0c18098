import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { type FileHandle, open, rename, rm, statfs, writeFile } from "node:fs/promises";
import { devNull } from "node:os";
import { join, resolve } from "node:path";

/** Leaves room for the paths below it: macOS allows 1,024 bytes in all. */
const MAX_PATH_BYTES = 400;
/** For an empty stack, its logs and its first records. */
const MIN_FREE_BYTES = 4 * 1024 * 1024;
/** Servers, stores, bundles and parts of videos had about 60 open at once; this leaves a margin. */
const MIN_DESCRIPTORS = 128;

/** Objects are renamed between these, which works only within one file system. */
const RENAMED_INTO = ["videos", "imports"];

/**
 * Checks at the start for what would stop the local stack later: a path too long for what is kept
 * below it, a full disk, too few files that may be open, buckets on another disk.
 *
 * @param data an existing directory that can be written
 * @returns what is wrong, in words for a person; nothing when all is fine
 */
export async function storageProblem(data: string): Promise<string | undefined> {
  return (
    pathProblem(data) ??
    (await spaceProblem(data)) ??
    (await descriptorProblem()) ??
    diskProblem(data)
  );
}

function pathProblem(data: string): string | undefined {
  const bytes = Buffer.byteLength(resolve(data));
  if (bytes <= MAX_PATH_BYTES) return undefined;
  return `its path has ${bytes} bytes, and may have ${MAX_PATH_BYTES}`;
}

async function spaceProblem(data: string): Promise<string | undefined> {
  const { bavail, bsize, files, ffree } = await statfs(data);
  // Some file systems do not count their files.
  if (files > 0 && ffree === 0) return "its disk takes no more files";
  const free = bavail * bsize;
  if (free >= MIN_FREE_BYTES) return undefined;
  const [has, needs] = [free, MIN_FREE_BYTES].map((bytes) => Math.floor(bytes / 1024));
  return `its disk is full: ${has} kB are free, and at least ${needs} kB are needed, videos aside`;
}

async function descriptorProblem(): Promise<string | undefined> {
  const opened: FileHandle[] = [];
  try {
    while (opened.length < MIN_DESCRIPTORS) opened.push(await open(devNull));
    return undefined;
  } catch {
    return (
      `only ${opened.length} more files may be open at once, and ${MIN_DESCRIPTORS} are needed: ` +
      "raise the limit, for example with ulimit -n 4096"
    );
  } finally {
    await Promise.all(opened.map((file) => file.close()));
  }
}

/** Only a rename shows it: two paths of one disk can be separate, too (bind mounts). */
async function diskProblem(data: string): Promise<string | undefined> {
  for (const name of RENAMED_INTO) {
    const directory = join(data, name);
    // A missing one will be created beside the rest.
    if (!existsSync(directory)) continue;
    const [probe, target] = [data, directory].map((at) => join(at, `.probe-${randomUUID()}`));
    if (probe === undefined || target === undefined) continue;
    try {
      await writeFile(probe, "");
      await rename(probe, target);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
      return `${directory} is on another disk than the rest: both must be on one`;
    } finally {
      await Promise.all([probe, target].map((path) => rm(path, { force: true })));
    }
  }
  return undefined;
}
