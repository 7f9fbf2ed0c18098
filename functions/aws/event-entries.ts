import {
  COMPANIONS_ARCHIVED_DETAIL_TYPE,
  COMPANIONS_EXPIRING_DETAIL_TYPE,
  companionsExpiringDetail,
} from "#domain/events/companion-events.ts";
import type {
  CompanionsArchivedDetail,
  CompanionsExpiringDetail,
  StatusChangeDetail,
  VideoExpiringDetail,
} from "#domain/events/event-schemas.ts";
import {
  EVENT_SOURCE,
  expiringDetail,
  STATUS_CHANGE_DETAIL_TYPE,
  VIDEO_EXPIRING_DETAIL_TYPE,
} from "#domain/events/events.ts";
import type { Job } from "#domain/job/job.ts";

/** One event for EventBridge, on the bus of this deployment. */
export interface EventEntry {
  Source: string;
  DetailType: string;
  EventBusName: string;
  Detail:
    | StatusChangeDetail
    | VideoExpiringDetail
    | CompanionsArchivedDetail
    | CompanionsExpiringDetail;
}

/** The event for one change of a job's status. */
export function statusChangeEvent(detail: StatusChangeDetail, eventBusName: string): EventEntry {
  return eventOf(STATUS_CHANGE_DETAIL_TYPE, detail, eventBusName);
}

/** The event for a video that is about to be lost. */
export function videoExpiringEvent(job: Job, eventBusName: string): EventEntry {
  return eventOf(VIDEO_EXPIRING_DETAIL_TYPE, expiringDetail(job), eventBusName);
}

/** The event that all companions of a video are archived. */
export function companionsArchivedEvent(
  detail: CompanionsArchivedDetail,
  eventBusName: string,
): EventEntry {
  return eventOf(COMPANIONS_ARCHIVED_DETAIL_TYPE, detail, eventBusName);
}

/** The event for companions that are about to be lost. */
export function companionsExpiringEvent(job: Job, eventBusName: string): EventEntry {
  return eventOf(COMPANIONS_EXPIRING_DETAIL_TYPE, companionsExpiringDetail(job), eventBusName);
}

function eventOf(DetailType: string, Detail: EventEntry["Detail"], EventBusName: string) {
  return { Source: EVENT_SOURCE, DetailType, EventBusName, Detail };
}
