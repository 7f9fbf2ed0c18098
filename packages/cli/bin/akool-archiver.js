#!/usr/bin/env node
// In the packed package there is one bundle. In the repository the sources run as they are, on the
// Node.js that npm has brought along: older ones strip no types.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const sources = new URL("../src/main.ts", import.meta.url);
if (!existsSync(sources)) {
  await import("../dist/akool-archiver.js");
} else if (process.features.typescript) {
  await import(sources.href);
} else {
  const node = fileURLToPath(new URL("../../../node_modules/node/bin/node", import.meta.url));
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  // Ctrl-C reaches the child as well, which ends in good order; this process waits for it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", ({ message }) => {
    console.error(`${node} cannot be run (${message}): has npm ci been run here?`);
    process.exitCode = 1;
  });
  child.on("close", (code) => {
    process.exitCode = code ?? 1;
  });
}
