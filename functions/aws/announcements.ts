import type { StatusChangeDetail, VideoExpiringDetail } from "#domain/event-schemas.ts";
import {
  dueAnnouncements,
  dueChanges,
  EVENT_SOURCE,
  expiringDetail,
  STATUS_CHANGE_DETAIL_TYPE,
  VIDEO_EXPIRING_DETAIL_TYPE,
} from "#domain/events.ts";
import type { Job } from "#domain/job.ts";

/** PutEvents takes at most 10 entries a call. */
const MAX_ENTRIES = 10;

/**
 * PutEvents takes 256 KB a call, and a state of an execution holds as much, entries and all. Half of
 * it leaves room for whatever stands around them.
 */
const MAX_BYTES = 128 * 1024;

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
  const due = dueChanges(job, announced);
  const entries = dueAnnouncements(job, announced).map((Detail) => ({
    Source: EVENT_SOURCE,
    DetailType: STATUS_CHANGE_DETAIL_TYPE,
    EventBusName: eventBusName,
    Detail,
  }));
  const now = entries.slice(0, takenAtOnce(entries));
  return {
    entries: now,
    announced: due[now.length - 1]?.seq ?? announced,
    more: due.length > now.length,
  };
}

/** How many of the entries one call takes: at least one, since no event comes near to the limit. */
function takenAtOnce(entries: readonly EventEntry[]): number {
  let bytes = 0;
  const tooMany = entries.slice(0, MAX_ENTRIES).findIndex((entry) => {
    bytes += Buffer.byteLength(JSON.stringify(entry));
    return bytes > MAX_BYTES;
  });
  return tooMany === -1 ? MAX_ENTRIES : Math.max(1, tooMany);
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
