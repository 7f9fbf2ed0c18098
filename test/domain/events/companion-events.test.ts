import { describe, expect, it } from "vitest";
import {
  COMPANIONS_ARCHIVED_DETAIL_TYPE,
  COMPANIONS_EXPIRING_DETAIL_TYPE,
  companionsArchivedDetail,
  companionsExpiringDetail,
} from "#domain/events/companion-events.ts";
import {
  companionsArchivedDetailSchema,
  companionsExpiringDetailSchema,
} from "#domain/events/event-schemas.ts";
import { dueChanges } from "#domain/events/events.ts";
import { conclude } from "#domain/job/transition.ts";
import { archivedCompanion, pendingCompanion } from "#test/support/companions.ts";
import { ARCHIVE, completedJob, jobWith, START, VIDEO_ID } from "#test/support/jobs.ts";

const later = { ...archivedCompanion("translated_srt"), archivedAt: "2026-01-05T13:00:00.000Z" };
const whole = {
  ...jobWith("archived", { tags: { team: "film" } }),
  archive: ARCHIVE,
  companions: [later, archivedCompanion("original_srt")],
};
const failed = {
  ...pendingCompanion("no_caption_video"),
  state: "failed",
  reason: "gone",
} as const;

describe("the event that all companions are archived", () => {
  it("tells of each, and of the video, without an address", () => {
    const detail = companionsArchivedDetail(whole);

    expect(detail).toMatchObject({
      eventId: `${VIDEO_ID}/companions/2`,
      status: "archived",
      at: "2026-01-05T13:00:00.000Z",
      tags: { team: "film" },
      video: { key: ARCHIVE.key },
      companions: [{ role: "translated_srt", key: later.key }, { role: "original_srt" }],
    });
    expect(JSON.stringify(detail)).not.toContain("https://");
    expect(companionsArchivedDetailSchema.parse(detail)).toEqual(detail);
    expect(COMPANIONS_ARCHIVED_DETAIL_TYPE).toBe("Video Job Companions Archived");
  });

  it.each([
    ["one is pending", { ...whole, companions: [later, pendingCompanion("original_srt")] }],
    ["one is given up", { ...whole, companions: [later, failed] }],
    ["there is none", { ...whole, companions: undefined }],
    ["the video is not there", { ...whole, archive: undefined }],
  ])("is not published while %s", (_, job) => {
    expect(companionsArchivedDetail(job)).toBeUndefined();
  });
});

describe("the event that companions expire", () => {
  it("names those that are missing, with what stands in the way", () => {
    const detail = companionsExpiringDetail({
      ...whole,
      companions: [
        later,
        pendingCompanion("original_srt", { reason: "HTTP 404" }),
        pendingCompanion("no_caption_video"),
      ],
    });

    expect(detail).toMatchObject({
      eventId: `${VIDEO_ID}/companions-expiring`,
      videoExpiresAt: whole.videoExpiresAt,
      missing: [{ role: "original_srt", reason: "HTTP 404" }, { role: "no_caption_video" }],
    });
    expect(companionsExpiringDetailSchema.parse(detail)).toEqual(detail);
    expect(COMPANIONS_EXPIRING_DETAIL_TYPE).toBe("Video Companions Expiring Unarchived");
    expect(companionsExpiringDetail(jobWith("archived")).missing).toEqual([]);
  });
});

describe("the event of the archived video", () => {
  it("tells how far each companion is", () => {
    const job = { ...completedJob(), archive: ARCHIVE, companions: [later, failed] };

    const [, completed, archived] = dueChanges(conclude(job, "archived", START));

    expect(archived?.detail.companions).toMatchObject([{ state: "archived" }, { state: "failed" }]);
    expect(completed?.detail).not.toHaveProperty("companions");
  });
});
