import { expect, it } from "vitest";
import { liveLines } from "#local/display/live-lines.ts";
import { START, VIDEO_ID } from "#test/support/jobs.ts";
import { viewOf } from "../command/views.ts";

const ROOM = { columns: 80, rows: 20 };

it("shows one line a job: status, age, polls", () => {
  const lines = liveLines([viewOf()], START + 75_000, ROOM);

  expect(lines).toBe("689174694b4dbdd4ab3d28c9  processing  1:15  polls 3 ");
});

it("shows bytes while a video arrives, and keeps the columns of all jobs in line", () => {
  const views = [
    viewOf({ status: "completed", bytes: 67_108_864, polls: 120 }),
    viewOf({ status: "archive_failed", reason: "HTTP 403", bytes: 5 }),
  ];

  const lines = liveLines(views, START, ROOM).split("\n");

  expect(lines).toEqual([
    "689174694b4dbdd4ab3d28c9  completed       0:00  polls 120  67.1 MB",
    "689174694b4dbdd4ab3d28c9  archive_failed  0:00  polls 3        5 B  HTTP 403",
  ]);
});

it("cuts a line that would wrap, and what AKOOL says cannot add one", () => {
  const reason = `first\nsecond ${"x".repeat(200)}`;

  const lines = liveLines([viewOf({ label: "is slow", reason })], START, ROOM);

  expect(lines).not.toContain("\n");
  expect(lines).toHaveLength(80);
  expect(lines).toMatch(/is slow {2}first second x+…$/);
});

it("shows the jobs that go on when there are more than rows, and counts the others", () => {
  const ended = Array.from({ length: 5 }, () => viewOf({ status: "archived", ended: true }));
  const running = Array.from({ length: 3 }, (_, at) => viewOf({ videoModelId: `running-${at}` }));

  const lines = liveLines([...ended, ...running], START, { columns: 80, rows: 4 }).split("\n");

  expect(lines.slice(0, 3).map((line) => line.split(" ")[0])).toEqual([
    "running-0",
    "running-1",
    "running-2",
  ]);
  expect(lines.slice(3)).toEqual(["… and 5 more, 5 of them ended"]);
});

it.each([0, 1])("a terminal of %d rows gets the count alone", (rows) => {
  expect(liveLines([viewOf(), viewOf()], START, { columns: 80, rows })).toBe(
    "… and 2 more, 0 of them ended",
  );
});

it("a job that fits is not counted instead", () => {
  expect(liveLines([viewOf()], START, { columns: 80, rows: 1 })).toContain(VIDEO_ID);
});
