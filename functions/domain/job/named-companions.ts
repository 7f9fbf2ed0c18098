import { withoutQuery } from "#domain/text/akool-addresses.ts";
import { COMPANION_ROLES, type Companion, type CompanionRole } from "./companion.ts";
import type { AkoolFields } from "./observation.ts";

/** What AKOOL names of a job, whatever the record says of it. */
type Answered = AkoolFields | undefined;

/** AKOOL's `audio_splits`; undefined where an answer has none. */
export function audioSplits(akool: Answered): Readonly<Record<string, unknown>> | undefined {
  const splits = akool?.audio_splits;
  return isRecord(splits) ? splits : undefined;
}

/** The address of a companion; undefined where AKOOL names none, or an empty one. */
export function companionAddress(akool: Answered, role: CompanionRole): string | undefined {
  const address = audioSplits(akool)?.[`${role}_url`];
  return typeof address === "string" && address !== "" ? address : undefined;
}

/** Whether AKOOL names all companions that there are. */
export function namesEveryCompanion(akool: Answered): boolean {
  return COMPANION_ROLES.every((role) => companionAddress(akool, role) !== undefined);
}

/**
 * The companions of a job after an answer that describes its end: those that are known, and those
 * that the answer names for the first time. None is forgotten because a later answer lacks it.
 *
 * @returns undefined if AKOOL has never named any
 */
export function namedCompanions(
  known: readonly Companion[] | undefined,
  akool: Answered,
): Companion[] | undefined {
  const companions = COMPANION_ROLES.flatMap((role) => {
    const before = known?.find((companion) => companion.role === role);
    const address = companionAddress(akool, role);
    if (address === undefined) return before ?? [];
    const sourceUrl = withoutQuery(address);
    if (before === undefined) return { role, sourceUrl, state: "pending" as const };
    return before.state === "pending" ? { ...before, sourceUrl } : before;
  });
  return companions.length === 0 ? undefined : companions;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
