import type { StatusChangeDetail, VideoExpiringDetail } from "#domain/event-schemas.ts";
import {
  dueAnnouncements,
  EVENT_SOURCE,
  expiringDetail,
  STATUS_CHANGE_DETAIL_TYPE,
  VIDEO_EXPIRING_DETAIL_TYPE,
} from "#domain/events.ts";
import type { Job } from "#domain/job.ts";

/** PutEvents takes at most 10 entries a call. */
export const MAX_ENTRIES = 10;

/** One entry for EventBridge's PutEvents, as the workflow's publishing states send it. */
export interface EventEntry<Detail = StatusChangeDetail | VideoExpiringDetail> {
  Source: string;
  DetailType: string;
  EventBusName: string;
  /** Step Functions' integration turns the object into the text that PutEvents wants. */
  Detail: Detail;
}

/** What the workflow has to publish now, and how far the job will have been announced then. */
export interface Announcements {
  entries: EventEntry<StatusChangeDetail>[];
  /** `seq` of the last status change that has been announced once `entries` are published. */
  announced: number;
  /** Whether even more are due after these. */
  more: boolean;
}

/** The announcements that are due for a job of which `announced` changes have been published. */
export function announcements(job: Job, announced: number, eventBusName: string): Announcements {
  const due = dueAnnouncements(job, announced);
  const now = due.slice(0, MAX_ENTRIES);
  return {
    entries: now.map((Detail) => ({
      Source: EVENT_SOURCE,
      DetailType: STATUS_CHANGE_DETAIL_TYPE,
      EventBusName: eventBusName,
      Detail,
    })),
    announced: announced + now.length,
    more: due.length > now.length,
  };
}

/** The event that tells of a video that is about to be lost. */
export function expiryAnnouncement(
  job: Job,
  eventBusName: string,
): EventEntry<VideoExpiringDetail> {
  return {
    Source: EVENT_SOURCE,
    DetailType: VIDEO_EXPIRING_DETAIL_TYPE,
    EventBusName: eventBusName,
    Detail: expiringDetail(job),
  };
}
