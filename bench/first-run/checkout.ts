import { execFile } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Ignored by git, and not below node_modules, where Node.js strips no types. */
const CHECKOUTS = join(ROOT, "reports/first-run");

const run = promisify(execFile);

/** A clean checkout of a revision, with this one's packages as `npm ci` would have put them. */
export interface Checkout {
  readonly name: string;
  readonly revision: string;
  readonly root: string;
  /** Forgets everything that a first run has prepared. */
  forget(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Checks a revision out. Its packages are hard links to those here, so both revisions run on the same
 * ones. Linux only.
 */
export async function checkOut(name: string, commit: string): Promise<Checkout> {
  const root = join(CHECKOUTS, name);
  const { stdout } = await git("rev-parse", "--short", commit);
  await git("worktree", "add", "--force", "--detach", root, commit);
  const modules = join(root, "node_modules");
  await mkdir(modules);
  const entries = (await readdir(join(ROOT, "node_modules"))).filter((it) => it !== ".cache");
  await run("cp", ["-al", ...entries.map((it) => join(ROOT, "node_modules", it)), modules]);
  return {
    name,
    revision: stdout.trim(),
    root,
    forget: () => rm(join(modules, ".cache"), { recursive: true, force: true }),
    async remove() {
      await git("worktree", "remove", "--force", root);
    },
  };
}

function git(...args: readonly string[]) {
  return run("git", ["-C", ROOT, ...args]);
}
