import type { ArchiverAssembly } from "#local/stack/archiver-assembly.ts";
import { synthesize } from "#local/stack/synthesize.ts";
import { requireDirectory } from "./preflight.ts";

/**
 * Prepares the data directory and the synthesized stack.
 *
 * @param onFirstRun called when the stack has to be synthesized first
 * @returns nothing when the user interrupted
 * @throws UsageError for a data directory that cannot be used
 */
export async function prepareAssembly(
  data: string,
  interrupted: AbortSignal,
  onFirstRun: () => void,
): Promise<ArchiverAssembly | undefined> {
  await requireDirectory(data);
  try {
    const assembly = await synthesize(undefined, onFirstRun);
    return interrupted.aborted ? undefined : assembly;
  } catch (error) {
    // A terminal sends Ctrl-C to the CDK app as well; its end is not a fault then.
    if (interrupted.aborted) return undefined;
    throw error;
  }
}
