import { describe, expect, it } from "vitest";
import {
  ARCHIVE_ERRORS,
  type ArchiveErrorName,
  archiveErrorsRetried,
  partyOf,
} from "#domain/job/archive-errors.ts";

const NAMES: ArchiveErrorName[] = [
  "DownloadRefused",
  "VideoTooLarge",
  "SourceGone",
  "NotAVideo",
  "NotSubtitles",
  "SourceIncomplete",
  "SourceInterrupted",
  "SourceUnavailable",
  "SourceChanged",
  "AccountAtFault",
  "UploadLost",
  "CopyOvertaken",
  "ArchiveCorrupt",
];

describe("the errors of archiving", () => {
  it("are repeated in one way each", () => {
    const retried = (["never", "not_there_yet", "broken_off", "account", "default"] as const).map(
      archiveErrorsRetried,
    );

    expect(retried).toEqual([
      ["DownloadRefused", "VideoTooLarge"],
      ["SourceGone", "NotAVideo", "NotSubtitles", "SourceIncomplete"],
      ["SourceInterrupted"],
      ["AccountAtFault"],
      ["SourceUnavailable", "SourceChanged", "UploadLost", "CopyOvertaken", "ArchiveCorrupt"],
    ]);
  });

  it("are the source's, except those of the store", () => {
    const ours = NAMES.filter((name) => partyOf(name) === "archiver");

    expect(ours).toEqual(["UploadLost", "CopyOvertaken", "ArchiveCorrupt"]);
  });

  it.each(["States.Timeout", "Error", "toString"])("%s is a fault of this system", (name) => {
    expect(partyOf(name)).toBe("archiver");
  });

  it("have AKOOL asked for a fresh address when the video may be at another", () => {
    const moved = Object.entries(ARCHIVE_ERRORS).flatMap(([name, rule]) =>
      "mayHaveMoved" in rule ? [name] : [],
    );

    expect(moved).toEqual([
      "DownloadRefused",
      "SourceGone",
      "NotAVideo",
      "NotSubtitles",
      "SourceIncomplete",
    ]);
  });
});
