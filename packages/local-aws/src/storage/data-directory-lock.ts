import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** Another process (or another part of this one) has the data directory open. */
export class DataDirectoryInUse extends Error {
  override readonly name = "DataDirectoryInUse";

  constructor(directory: string, cause: unknown) {
    super(`The data directory ${directory} is in use; end the other process or take another one.`, {
      cause,
    });
  }
}

export interface DataDirectoryLock {
  release(): Promise<void>;
}

interface LevelModule {
  Level: new (path: string) => { open(): Promise<void>; close(): Promise<void> };
}

// LevelDB's lock belongs to the kernel, so it ends with its process and never goes stale, which a
// file with a process id cannot promise. It is the copy of LevelDB that dynalite depends on.
const dynaliteRequire = createRequire(fileURLToPath(import.meta.resolve("dynalite")));
const { Level }: LevelModule = dynaliteRequire("level");

/**
 * Locks `directory` for this process until it is released. dynalite's own lock is not enough: when
 * dynalite finds its store locked, it ends the whole process.
 *
 * @throws DataDirectoryInUse
 */
export async function lockDataDirectory(directory: string): Promise<DataDirectoryLock> {
  await mkdir(directory, { recursive: true });
  const lock = new Level(directory);
  try {
    await lock.open();
  } catch (error) {
    throw isLocked(error) ? new DataDirectoryInUse(directory, error) : error;
  }
  return { release: () => lock.close() };
}

function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED";
}
