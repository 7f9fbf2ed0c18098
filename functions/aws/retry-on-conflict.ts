import { VersionConflict } from "./job-store.ts";

/** Writers of one record are few, and each try reads anew; more conflicts are a fault of ours. */
const MAX_TRIES = 10;

/**
 * Repeats an attempt that reads a record, decides, and writes on condition, as long as another writer
 * is faster. The attempt must read anew each time.
 *
 * @throws VersionConflict when others win ten times in a row
 */
export async function retryOnConflict<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof VersionConflict) || tries === MAX_TRIES) throw error;
    }
  }
}
