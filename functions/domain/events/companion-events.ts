import { toldCompanions } from "#domain/job/companion.ts";
import type { Job } from "#domain/job/job.ts";
import type { CompanionsArchivedDetail, CompanionsExpiringDetail } from "./event-schemas.ts";
import { toldOf } from "./events.ts";

export const COMPANIONS_ARCHIVED_DETAIL_TYPE = "Video Job Companions Archived";
export const COMPANIONS_EXPIRING_DETAIL_TYPE = "Video Companions Expiring Unarchived";

/**
 * The detail of the event that all companions of an archived video are archived as well.
 *
 * @returns undefined unless they are
 */
export function companionsArchivedDetail({
  videoModelId,
  status,
  attempt,
  tags,
  archive,
  companions = [],
}: Job): CompanionsArchivedDetail | undefined {
  const archived = companions.filter((companion) => companion.state === "archived");
  const isWhole = archived.length === companions.length && archived.length > 0;
  if (archive === undefined || !isWhole) return undefined;
  const times = [archive, ...archived].map(({ archivedAt }) => Date.parse(archivedAt));
  return {
    schemaVersion: "1",
    eventId: `${videoModelId}/companions/${companions.length}`,
    videoModelId,
    status,
    at: new Date(Math.max(...times)).toISOString(),
    attempt,
    tags,
    video: toldOf(archive),
    companions: toldCompanions(companions),
  };
}

/** The detail of the event about companions that AKOOL is about to delete. */
export function companionsExpiringDetail({
  videoModelId,
  status,
  videoExpiresAt,
  attempt,
  tags,
  companions = [],
}: Job): CompanionsExpiringDetail {
  const missing = companions.flatMap(({ role, ...companion }) => {
    if (companion.state !== "pending") return [];
    return { role, ...(companion.reason === undefined ? {} : { reason: companion.reason }) };
  });
  return {
    schemaVersion: "1",
    eventId: `${videoModelId}/companions-expiring`,
    videoModelId,
    status,
    videoExpiresAt,
    attempt,
    missing,
    tags,
  };
}
