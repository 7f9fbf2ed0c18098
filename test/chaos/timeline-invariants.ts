import type { EventEnvelope } from "@akool-archiver/local-aws/event-bridge/event-bridge.ts";
import {
  COMPANIONS_ARCHIVED_DETAIL_TYPE,
  COMPANIONS_EXPIRING_DETAIL_TYPE,
} from "#domain/events/companion-events.ts";
import type { StatusChangeDetail, VideoExpiringDetail } from "#domain/events/event-schemas.ts";
import { STATUS_CHANGE_DETAIL_TYPE, VIDEO_EXPIRING_DETAIL_TYPE } from "#domain/events/events.ts";
import type { Change, Write } from "./ledger.ts";
import type { Played } from "./play.ts";

/** What is wrong, one text each; nothing when the invariant holds. */
export type Check = (played: Played) => string[];

const RANK: Readonly<Record<string, number>> = {
  accepted: 0,
  queueing: 1,
  processing: 2,
  completed: 3,
};

/** Not taken from the code under test: an end is whatever is not on the way. */
export function rankOf(status: string): number {
  return RANK[status] ?? 4;
}

/** 3. A status never goes backwards within an attempt, and `archived` is never overwritten. */
export const statusNeverGoesBack: Check = ({ ledger }) => {
  const last = new Map<string, Write>();
  const timelines = ledger.timelines();
  return ledger.writes.flatMap((write) => {
    const { videoModelId } = write;
    const before = last.get(videoModelId);
    last.set(videoModelId, write);
    const isTrue = write.statuses.every(({ seq, status, attempt }) => {
      const known = timelines.get(videoModelId)?.get(seq);
      return status === known?.status && attempt === known.attempt;
    });
    return isTrue && (before === undefined || mayComeAfter(before, write))
      ? []
      : [
          `${videoModelId}: ${before?.status} of attempt ${before?.attempt} became ` +
            `${write.status} of attempt ${write.attempt}`,
        ];
  });
};

/** So many of the latest changes are on the record in any case. */
const KEPT_CHANGES = 60;

function mayComeAfter(before: Write, next: Write): boolean {
  if (!isContinued(before.statuses, next.statuses)) return false;
  if (before.status === next.status && before.attempt === next.attempt) return true;
  if (before.status === "archived") return false;
  if (next.attempt !== before.attempt) return next.attempt > before.attempt;
  // What was kept of a video is archived when the rest of it is given up.
  const isGivenUp =
    before.status === "archive_failed" &&
    ["expired", "cancelled", "archived"].includes(next.status);
  return isGivenUp || rankOf(next.status) > rankOf(before.status);
}

/** Changes are numbered without a gap, and only old ones of many leave the record. */
function isContinued(before: readonly Change[], next: readonly Change[]): boolean {
  const end = before.at(-1)?.seq ?? 0;
  const added = next.filter(({ seq }) => seq > end);
  const kept = new Set(next.map(({ seq }) => seq));
  return (
    added.every(({ seq }, index) => seq === end + 1 + index) &&
    before.every(({ seq }) => kept.has(seq) || seq <= end + added.length - KEPT_CHANGES)
  );
}

/** 4. Every status on the record was published, in order, and nothing that is not on the record. */
export const everythingIsPublished: Check = ({ jobs, ledger }) => {
  const ofType = (type: string) => ledger.events.filter((event) => event["detail-type"] === type);
  const details = ofType(STATUS_CHANGE_DETAIL_TYPE).map(
    ({ detail }) => detail as unknown as StatusChangeDetail,
  );
  const expiring = ofType(VIDEO_EXPIRING_DETAIL_TYPE);
  const published = new Set(details.map(({ eventId }) => eventId));
  const timelines = ledger.timelines();
  const missing = [...timelines].flatMap(([id, timeline]) =>
    [...timeline.values()]
      .filter(({ seq }) => !published.has(`${id}/${seq}`))
      .map(({ seq, status }) => `${id}/${seq} (${status}) was never published`),
  );
  return [
    ...missing,
    ...outOfOrder(details),
    ...details.flatMap((detail) => falsehoodsOf(detail, timelines.get(detail.videoModelId))),
    ...expiring.flatMap((event) => flawsOfWarning(event, jobs)),
    ...ledger.events
      .filter((event) => !KNOWN_TYPES.has(event["detail-type"]))
      .map((event) => `an event of type ${event["detail-type"]}`),
  ];
};

/** Events of a job come as `<id>/<seq>`: none for the first time before its predecessor. */
function outOfOrder(details: readonly StatusChangeDetail[]): string[] {
  const seen = new Set<string>();
  return details.flatMap(({ eventId, videoModelId }) => {
    const seq = Number(eventId.split("/")[1]);
    const isEarly = seq > 1 && !seen.has(`${videoModelId}/${seq - 1}`);
    seen.add(eventId);
    return isEarly ? [`${eventId} was published before its predecessor`] : [];
  });
}

const KNOWN_TYPES: ReadonlySet<string> = new Set([
  STATUS_CHANGE_DETAIL_TYPE,
  VIDEO_EXPIRING_DETAIL_TYPE,
  COMPANIONS_ARCHIVED_DETAIL_TYPE,
  COMPANIONS_EXPIRING_DETAIL_TYPE,
]);
const WARNING_MS = 48 * 3_600_000;

/** What is wrong with the event that a video expires unarchived. */
function flawsOfWarning({ time, detail }: EventEnvelope, jobs: Played["jobs"]): string[] {
  const { eventId, videoModelId, videoExpiresAt } = detail as unknown as VideoExpiringDetail;
  const earliest = Date.parse(videoExpiresAt) - WARNING_MS;
  // EventBridge tells whole seconds.
  const isEarly = Date.parse(time) + 1_000 <= earliest;
  return [
    ...(eventId === `${videoModelId}/expiring` ? [] : [`${eventId} is of ${videoModelId}`]),
    ...(jobs.has(videoModelId) ? [] : [`${eventId} is about an unknown job`]),
    ...(isEarly ? [`${eventId} at ${time}, with time until ${videoExpiresAt}`] : []),
  ];
}

function falsehoodsOf(
  detail: StatusChangeDetail,
  timeline: ReadonlyMap<number, Change> | undefined,
): string[] {
  const seq = Number(detail.eventId.split("/")[1]);
  const change = timeline?.get(seq);
  const previous = timeline?.get(seq - 1)?.status ?? null;
  const told = [detail.status, detail.at, detail.attempt, detail.reason, detail.previousStatus];
  const recorded = change && [change.status, change.at, change.attempt, change.reason, previous];
  return JSON.stringify(told) === JSON.stringify(recorded)
    ? []
    : [`${detail.eventId} tells ${told}; on the record is ${recorded}`];
}

/** 12. A cancelled job is begun again only by who asks for it afterwards. */
export const cancellationsStand: Check = ({ ledger, executions }) => {
  const startedAt = new Map(
    executions.map(({ executionArn, startDate }) => [executionArn, startDate.getTime()]),
  );
  const last = new Map<string, Write>();
  return ledger.writes.flatMap((write) => {
    const { videoModelId, execution } = write;
    const before = last.get(videoModelId);
    last.set(videoModelId, write);
    if (before?.status !== "cancelled" || write.attempt === before.attempt) return [];
    const cancelledAt = Date.parse(before.statuses.at(-1)?.at ?? "");
    // By the API it is named before it is started; all others begin by themselves.
    const isOfApi = execution.endsWith(`:${videoModelId}-${write.attempt}`);
    const asked = isOfApi
      ? ledger.asks.filter((ask) => ask.videoModelId === videoModelId).map(({ at }) => at)
      : [startedAt.get(execution) ?? 0];
    return asked.some((at) => at >= cancelledAt)
      ? []
      : [`${videoModelId} was cancelled, and begun again by ${execution} without being asked for`];
  });
};
