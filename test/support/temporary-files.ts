import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives a run of the tests its own directory for temporary files, and removes it at the end. CDK alone
 * makes hundreds of assemblies in one run, and deletes none in a process that is killed.
 */
export default function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), "akool-archiver-tests-"));
  process.env.TMPDIR = directory;
  return () => rmSync(directory, { recursive: true, force: true });
}
