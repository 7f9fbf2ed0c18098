import {
  isArchiving,
  MIN_DAYS_BEFORE,
  mayFollow,
  type StorageClass,
} from "#domain/settings/storage-classes.ts";
import type { ArchiverConfig } from "./config-schema.ts";

type StorageSettings = Pick<
  ArchiverConfig,
  "archiveStorageClass" | "videoTransitions" | "videoRetentionDays"
>;

/** Whether S3 may come to hold a video out of reach, or not at all. */
export function mayBecomeUnreadable(settings: StorageSettings): boolean {
  const isPutAway = settings.videoTransitions.some(({ storageClass }) => isArchiving(storageClass));
  return isPutAway || settings.videoRetentionDays !== undefined;
}

/** Between two moves: S3 takes many a move no sooner, and charges for 30 days or more in each class. */
const DAYS_APART = 30;

/**
 * What S3 would refuse of the settings together, at a deployment or by never moving anything.
 *
 * @returns the rule that `videoTransitions` breaks, as `must …, because …`
 */
export function problemOfTransitions(settings: StorageSettings): string | undefined {
  let from: StorageClass = settings.archiveStorageClass;
  let since: number | undefined;
  for (const { storageClass, afterDays } of settings.videoTransitions) {
    const problem =
      problemOfMove(from, storageClass) ??
      problemOfDays(storageClass, afterDays) ??
      problemOfDistance(since, afterDays);
    if (problem !== undefined) return problem;
    [from, since] = [storageClass, afterDays];
  }
  return problemOfEnd(since, settings.videoRetentionDays);
}

function problemOfMove(from: StorageClass, to: StorageClass): string | undefined {
  return mayFollow(from, to)
    ? undefined
    : `must not move videos from ${from} to ${to}, because S3 moves objects to colder classes only`;
}

function problemOfDays(storageClass: StorageClass, afterDays: number): string | undefined {
  const days = MIN_DAYS_BEFORE[storageClass] ?? 0;
  return afterDays >= days
    ? undefined
    : `must move videos to ${storageClass} after ${days} days or more, because S3 takes no younger ones there`;
}

function problemOfDistance(since: number | undefined, afterDays: number): string | undefined {
  return since === undefined || afterDays >= since + DAYS_APART
    ? undefined
    : `must have ${DAYS_APART} days or more between two moves, because S3 charges for as long in each class`;
}

function problemOfEnd(lastMove: number | undefined, retention: number | undefined) {
  return lastMove === undefined || retention === undefined || lastMove < retention
    ? undefined
    : `must move videos before videoRetentionDays (${retention}), because they are deleted then`;
}
