import {
  akoolWebhookEnvironment,
  archiveVideoEnvironment,
  checkStatusEnvironment,
  jobApiEnvironment,
  readEnvironment,
} from "#runtime/environment.ts";
import type { ArchiverAssembly } from "./archiver-assembly.ts";

/**
 * Reads the functions' environment as they will read it: a wrong value must be refused here, not by
 * a function that keeps failing in the background.
 *
 * @throws InvalidEnvironment naming the variables at fault
 */
export function requireValidSettings(
  { functions }: ArchiverAssembly,
  settings: Readonly<Record<string, string>>,
): void {
  for (const { environment } of functions.values()) {
    const merged = { ...environment, ...settings };
    if ("POLL_MIN_SECONDS" in environment) readEnvironment(checkStatusEnvironment, merged);
    if ("DOWNLOAD_ALLOWED_HOSTS" in environment) readEnvironment(archiveVideoEnvironment, merged);
    if ("VIDEO_URL_SECONDS" in environment) readEnvironment(jobApiEnvironment, merged);
    if ("WEBHOOK_WINDOW_HOURS" in environment) readEnvironment(akoolWebhookEnvironment, merged);
  }
}

/**
 * The assembly without the address at which AKOOL reaches a deployment in AWS: with it, local jobs
 * would wait for a call that never comes. A setting may give another one.
 */
export function withoutWebhookAddress(assembly: ArchiverAssembly): ArchiverAssembly {
  const functions = [...assembly.functions].map(([logicalId, asset]) => {
    const { WEBHOOK_URL: _inAws, ...environment } = asset.environment;
    return [logicalId, { ...asset, environment }] as const;
  });
  return { ...assembly, functions: new Map(functions) };
}
