import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

const PACKAGE = fileURLToPath(new URL("../../packages/console", import.meta.url));

let built: string | undefined;

/**
 * The directory of the console's files, built once a process. The template alone needs none of them;
 * its tests turn bundling off.
 */
export function consoleFiles(scope: Construct): string {
  if (!Stack.of(scope).bundlingRequired) return `${PACKAGE}/src`;
  built ??= build();
  return built;
}

/** In a process of its own: a construct cannot wait for one that is not. */
function build(): string {
  execFileSync(process.execPath, ["scripts/build.ts"], {
    cwd: PACKAGE,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return `${PACKAGE}/dist`;
}
