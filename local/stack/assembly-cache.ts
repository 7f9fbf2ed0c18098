import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** Enough to switch between a few branches. */
const KEPT_ENTRIES = 4;
const TEMPORARY_PREFIX = "tmp-";
/** No synthesis takes this long: anything older was left by a crash. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/**
 * The directory that `make` filled for this key, made now or by an earlier run. It is filled under
 * a temporary name and then renamed, so that neither a crash nor two runs at once leave an
 * incomplete entry under its final name.
 *
 * @param root the cache's directory; made when it does not exist
 * @param make fills the directory that it is given; when it throws, nothing is kept
 */
export async function cachedDirectory(
  root: string,
  key: string,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const entry = join(root, key);
  if (!existsSync(entry)) await fill(root, entry, make);
  const now = new Date();
  await utimes(entry, now, now);
  await prune(root, now.getTime());
  return entry;
}

async function fill(
  root: string,
  entry: string,
  make: (directory: string) => Promise<void>,
): Promise<void> {
  await mkdir(root, { recursive: true });
  const temporary = await mkdtemp(join(root, TEMPORARY_PREFIX));
  try {
    await make(temporary);
    await rename(temporary, entry);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another run was faster: its entry has the same key, hence the same content.
    if (!isTaken(error)) throw error;
  }
}

function isTaken(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOTEMPTY" || code === "EEXIST";
}

async function prune(root: string, now: number): Promise<void> {
  const names = await readdir(root);
  const dated = await Promise.all(
    names.map(async (name) => {
      // Another run may have pruned it between the two calls.
      const stats = await stat(join(root, name)).catch(() => undefined);
      return { name, usedAt: stats?.mtimeMs ?? now };
    }),
  );
  const isTemporary = ({ name }: { name: string }) => name.startsWith(TEMPORARY_PREFIX);
  const abandoned = dated.filter(
    (item) => isTemporary(item) && now - item.usedAt > ABANDONED_AFTER_MS,
  );
  const unused = dated
    .filter((item) => !isTemporary(item))
    .sort((a, b) => b.usedAt - a.usedAt)
    .slice(KEPT_ENTRIES);
  for (const { name } of [...abandoned, ...unused]) {
    await rm(join(root, name), { recursive: true, force: true });
  }
}
