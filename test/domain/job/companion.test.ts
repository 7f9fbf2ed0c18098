import { expect, it } from "vitest";
import { toldCompanions } from "#domain/job/companion.ts";

it("is told with what its file is, and without its source", () => {
  const told = {
    role: "no_caption_video" as const,
    state: "archived" as const,
    bucket: "videos",
    key: "a.no-caption.mp4",
    bytes: 3,
    contentType: "video/mp4",
    checksum: "crc32:AAAAAA==",
    archivedAt: "2026-11-27T00:00:00.000Z",
    content: { container: "mp4" },
    comparison: [{ property: "durationSeconds" as const, found: 10, told: 20, agrees: false }],
    doubts: ["it lasts 10 s, and AKOOL says 20 s"],
  };
  const companion = { ...told, sourceUrl: "https://example.com/a.mp4", etag: "e" };

  expect(toldCompanions([companion])).toEqual([told]);
});
