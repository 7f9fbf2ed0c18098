import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base } from "vitest";

/** A test with a directory of its own, which is removed after the test. */
export const test = base.extend("directory", async ({ task }, { onCleanup }) => {
  const directory = await mkdtemp(join(tmpdir(), `test-${task.id}-`));
  onCleanup(() => rm(directory, { recursive: true }));
  return directory;
});
