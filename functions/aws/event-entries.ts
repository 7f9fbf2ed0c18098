import {
  COMPANIONS_ARCHIVED_DETAIL_TYPE,
  COMPANIONS_EXPIRING_DETAIL_TYPE,
  companionsExpiringDetail,
} from "#domain/events/companion-events.ts";
import type {
  BudgetReachedDetail,
  CompanionsArchivedDetail,
  CompanionsExpiringDetail,
  StatusChangeDetail,
  VideoExpiringDetail,
} from "#domain/events/event-schemas.ts";
import {
  BUDGET_REACHED_DETAIL_TYPE,
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

/** The same about no job. */
export interface BudgetEventEntry extends Omit<EventEntry, "Detail"> {
  Detail: BudgetReachedDetail;
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

/** The event for a share of the credit budget that was reached. */
export function budgetReachedEvent(
  detail: BudgetReachedDetail,
  eventBusName: string,
): BudgetEventEntry {
  return eventOf(BUDGET_REACHED_DETAIL_TYPE, detail, eventBusName);
}

function eventOf<Detail>(DetailType: string, Detail: Detail, EventBusName: string) {
  return { Source: EVENT_SOURCE, DetailType, EventBusName, Detail };
}
