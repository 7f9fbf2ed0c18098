import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const APP = fileURLToPath(new URL("../app", import.meta.url));
const RUNBOOK = fileURLToPath(new URL("../../../docs/operations.md", import.meta.url));

/**
 * Builds the page into a directory: `index.html`, hashed files below `assets`, and the runbook that
 * the page shows, as it is in `docs/operations.md`.
 */
export async function buildConsole(directory: string): Promise<void> {
  await build({
    root: APP,
    configFile: false,
    envFile: false,
    base: "/",
    logLevel: "error",
    publicDir: join(APP, "public"),
    // Whoever builds it, in tests too.
    mode: "production",
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    build: {
      outDir: directory,
      emptyOutDir: true,
      target: "es2022",
      // Everything is a file of its own: the policy allows no data: addresses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
  await copyFile(RUNBOOK, join(directory, "runbook.md"));
}
