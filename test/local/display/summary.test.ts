import { expect, it } from "vitest";
import { summaryTable } from "#local/display/summary.ts";
import { START } from "#test/support/jobs.ts";
import { viewOf } from "../command/views.ts";

const ARCHIVED = viewOf({
  status: "archived",
  polls: 12,
  endedAt: START + 75_000,
  ended: true,
  file: ".local/videos/689174694b4dbdd4ab3d28c9.mp4",
});
const REASON = "Failed to process the video.\nPlease check your input resources, and try again.";
const FAILED = viewOf({
  videoModelId: "aaaaaaaa",
  status: "failed",
  endedAt: START,
  reason: REASON,
});

it("shows status, duration, polls and file, within 100 columns", () => {
  const table = summaryTable([ARCHIVED], START, 100);

  expect(`\n${table}`).toBe(`
Video                     Status    Duration  Polls  File or reason
689174694b4dbdd4ab3d28c9  archived      1:15     12  .local/videos/689174694b4dbdd4ab3d28c9.mp4`);
});

it("gives file and reason a line of their own where they do not fit", () => {
  const table = summaryTable([ARCHIVED, FAILED, viewOf()], START + 5_000, 80);

  expect(`\n${table}`).toBe(`
Video                     Status      Duration  Polls
689174694b4dbdd4ab3d28c9  archived        1:15     12
  .local/videos/689174694b4dbdd4ab3d28c9.mp4
aaaaaaaa                  failed          0:00      3
  Failed to process the video. Please check your input resources, and try again.
689174694b4dbdd4ab3d28c9  processing      0:05      3`);
});

it("never cuts a reason where there is no terminal", () => {
  expect(summaryTable([FAILED], START)).toContain("input resources, and try again.");
});

it("names what the demonstration shows with each job", () => {
  const table = summaryTable([viewOf({ label: "is slow" }), viewOf()], START);

  expect(table.split("\n")[0]).toMatch(/^Video +Job +Status/);
  expect(table.split("\n")[1]).toContain("  is slow  processing");
});

it("lists what AKOOL has named beside the video, and why something is missing", () => {
  const companions = [
    { role: "original_srt", state: "archived", file: ".local/videos/a.original.srt" },
    { role: "translated_srt", state: "failed", reason: "HTTP 404" },
    { role: "no_caption_video", state: "pending" },
  ] as const;
  const view = { ...ARCHIVED, companions };
  const beside = `  original_srt: archived  .local/videos/a.original.srt
  translated_srt: failed  HTTP 404
  no_caption_video: pending`;

  expect(summaryTable([view], START, 100)).toMatch(beside);
  expect(summaryTable([view], START, 80)).toMatch(`.mp4\n${beside}`);
});
