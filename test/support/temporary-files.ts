import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives a run of the tests its own directory for temporary files, and removes it at the end. CDK alone
 * makes hundreds of assemblies in one run, and deletes none in a process that is killed.
 */
export default async function setup(): Promise<() => Promise<void>> {
  // Short: macOS allows a socket's path 103 bytes, and Chromium's is in here.
  const directory = await mkdtemp(join(tmpdir(), "av-"));
  process.env.TMPDIR = directory;
  // Not rmSync, which stops in silence at what a worker, still ending, removes at the same time.
  return () => rm(directory, { recursive: true, force: true, maxRetries: 5 });
}
