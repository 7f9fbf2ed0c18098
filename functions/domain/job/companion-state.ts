import type { Companion, PendingCompanion } from "./companion.ts";
import type { JobStatus } from "./job-status.ts";

const CANCELLED = "the job was cancelled; what was stored of it is deleted";

/**
 * The companions of a job that reaches a status. A new attempt tries all that are missing again; an
 * end without a video gives them up, and a cancellation deletes what is stored.
 *
 * @param at ISO 8601
 */
export function companionsAfter(
  companions: readonly Companion[],
  status: JobStatus,
  at: string,
): Companion[] {
  switch (status) {
    case "accepted":
      return triedAgain(companions);
    case "cancelled":
      return companions.map((companion) => failed(companion, CANCELLED));
    case "failed":
    case "rejected":
    case "not_found":
    case "timed_out":
    case "expired":
      return companions.map((companion) =>
        companion.state === "pending"
          ? givenUp(companion, `not archived before the job ended ${status}`, at)
          : companion,
      );
    default:
      return [...companions];
  }
}

/** The same with all that were given up pending again. */
export function triedAgain(companions: readonly Companion[]): Companion[] {
  return companions.map((companion) => {
    if (companion.state !== "failed") return companion;
    const { reason: _outlived, ...kept } = companion;
    return { ...kept, state: "pending" };
  });
}

/**
 * A companion that AKOOL has no more of: a cut file that was kept is archived, with its doubts;
 * without one the companion has failed.
 *
 * @param reason the last obstacle
 * @param at ISO 8601
 */
export function givenUp(companion: PendingCompanion, reason: string, at: string): Companion {
  const { doubtful } = companion;
  if (doubtful === undefined) return failed(companion, reason);
  const doubts = [...(doubtful.doubts ?? []), reason];
  return { ...namedOnly(companion), ...doubtful, doubts, state: "archived", archivedAt: at };
}

function failed(companion: Companion, reason: string): Companion {
  return { ...namedOnly(companion), state: "failed", reason };
}

function namedOnly({ role, sourceUrl, copyRuns, copyClaims }: Companion) {
  return {
    role,
    sourceUrl,
    ...(copyRuns === undefined ? {} : { copyRuns }),
    ...(copyClaims === undefined ? {} : { copyClaims }),
  };
}
