import type { StatusChangeDetail, VideoExpiringDetail } from "#domain/events/event-schemas.ts";
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
  Detail: StatusChangeDetail | VideoExpiringDetail;
}

/** The event for one change of a job's status. */
export function statusChangeEvent(detail: StatusChangeDetail, eventBusName: string): EventEntry {
  return eventOf(STATUS_CHANGE_DETAIL_TYPE, detail, eventBusName);
}

/** The event for a video that is about to be lost. */
export function videoExpiringEvent(job: Job, eventBusName: string): EventEntry {
  return eventOf(VIDEO_EXPIRING_DETAIL_TYPE, expiringDetail(job), eventBusName);
}

function eventOf(DetailType: string, Detail: EventEntry["Detail"], EventBusName: string) {
  return { Source: EVENT_SOURCE, DetailType, EventBusName, Detail };
}
