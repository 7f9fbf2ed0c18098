#!/usr/bin/env node
// In the packed package there is one bundle. In the repository the sources run as they are, on the
// Node.js that npm has brought along: older ones strip no types.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const sources = new URL("../src/main.ts", import.meta.url);
if (!existsSync(sources)) {
  await import("../dist/akool-archiver.js");
} else if (process.features.typescript) {
  await import(sources.href);
} else {
  const node = fileURLToPath(new URL("../../../node_modules/node/bin/node", import.meta.url));
  // Ctrl-C reaches the child as well, which ends in good order; this process waits for it.
  process.on("SIGINT", () => {});
  const { status, error } = spawnSync(
    node,
    [fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: "inherit",
    },
  );
  if (error) console.error(`${node} cannot be run (${error.message}): has npm ci been run here?`);
  process.exitCode = status ?? 1;
}
