import { pathToFileURL } from "node:url";
import { vi } from "vitest";
import * as z from "zod/mini";

/** A bundled Lambda handler, run in this process. */
export type BundledHandler = (event: unknown, context?: unknown) => Promise<unknown>;

const bundleSchema = z.object({
  handler: z.custom<BundledHandler>((it) => it instanceof Function),
});

let imports = 0;

/**
 * Imports a function's bundle afresh, with its variables set in `process.env` before (a handler
 * reads them when it is loaded; undefined removes one). Undo with `vi.unstubAllEnvs()`.
 *
 * @param bundlePath absolute path of the bundle
 */
export async function importBundle(
  bundlePath: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<BundledHandler> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  imports += 1;
  // The query makes it a new module for Node's cache.
  const url = `${pathToFileURL(bundlePath).href}?import=${imports}`;
  return bundleSchema.parse(await import(/* @vite-ignore */ url)).handler;
}
