import type { FailureParty } from "./failure.ts";

/**
 * How the workflow repeats an attempt that failed with an error.
 *
 * - `never`: another attempt meets the same address, or the same file.
 * - `not_there_yet`: what an address serves before the file is there, and for a moment after.
 * - `broken_off`: the body ended early.
 * - `account`: a person has to mend AKOOL's account first.
 * - `default`: as any other error.
 */
type ArchiveRetry = "never" | "not_there_yet" | "broken_off" | "account" | "default";

export interface ArchiveErrorRule {
  /** Who has to act when the attempts are used up. */
  party: FailureParty;
  retry: ArchiveRetry;
  /** Whether AKOOL may know another address by now that serves the video. */
  mayHaveMoved?: true;
}

/**
 * Why a video was not archived, by the name of the error. The classes (`functions/archive/errors.ts`),
 * the workflow's retriers (`lib/retry-policy.ts`) and the record's `failure.party` all follow this table.
 */
export const ARCHIVE_ERRORS = {
  DownloadRefused: { party: "source", retry: "never", mayHaveMoved: true },
  VideoTooLarge: { party: "source", retry: "never" },
  SourceGone: { party: "source", retry: "not_there_yet", mayHaveMoved: true },
  NotAVideo: { party: "source", retry: "not_there_yet", mayHaveMoved: true },
  NotSubtitles: { party: "source", retry: "not_there_yet", mayHaveMoved: true },
  SourceIncomplete: { party: "source", retry: "not_there_yet", mayHaveMoved: true },
  SourceInterrupted: { party: "source", retry: "broken_off" },
  SourceUnavailable: { party: "source", retry: "default" },
  SourceChanged: { party: "source", retry: "default" },
  // AKOOL gives no fresh address for a video that is gone from its old one.
  AccountAtFault: { party: "source", retry: "account" },
  UploadLost: { party: "archiver", retry: "default" },
  CopyOvertaken: { party: "archiver", retry: "default" },
  ArchiveCorrupt: { party: "archiver", retry: "default" },
} as const satisfies Record<string, ArchiveErrorRule>;

export type ArchiveErrorName = keyof typeof ARCHIVE_ERRORS;

/** The names of all errors that are repeated in one way, for a retrier. */
export function archiveErrorsRetried(retry: ArchiveRetry): string[] {
  return Object.entries(ARCHIVE_ERRORS).flatMap(([name, rule]) =>
    rule.retry === retry ? [name] : [],
  );
}

/** @param name of any error; one that is not in the table is a fault of this system */
export function partyOf(name: string): FailureParty {
  return isArchiveErrorName(name) ? ARCHIVE_ERRORS[name].party : "archiver";
}

function isArchiveErrorName(name: string): name is ArchiveErrorName {
  return Object.hasOwn(ARCHIVE_ERRORS, name);
}
