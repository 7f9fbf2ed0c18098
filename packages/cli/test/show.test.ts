import type { Job } from "@akool-archiver/client";
import { describe, expect, it } from "vitest";
import { describeJob } from "../src/commands/show.ts";
import { targetFile } from "../src/target/remembered.ts";

const at = "2026-11-26T11:00:00.000Z";
const NOW = Date.parse("2026-11-26T12:00:00Z");
const file = { bucket: "videos", key: "a.mp4", bytes: 362_076, contentType: "video/mp4" };
const stored = { ...file, checksum: "crc32:AAAA" };

function job(more: Partial<Job>): Job {
  return {
    videoModelId: "689174694b4dbdd4ab3d28c9",
    status: "processing",
    attempt: 1,
    acceptedAt: at,
    updatedAt: at,
    deadlineAt: at,
    videoExpiresAt: "2026-12-03T11:00:00.000Z",
    polls: 3,
    tags: {},
    timeline: [{ at, status: "accepted", attempt: 1 }],
    ...more,
  };
}

describe("a job on the screen", () => {
  it("has its tags, its doubts, what was kept of it, and how much is left out", () => {
    const text = describeJob(
      job({
        status: "archive_failed",
        tags: { team: "film", take: "3" },
        video: { ...stored, archivedAt: at, doubts: ["it is short", "it is dark"] },
        doubtful: { ...stored, key: "doubtful/a.mp4", keptAt: at },
        timeline: [{ at, status: "archive_failed", attempt: 1, reason: "cut\u001b[2J" }],
        timelineOmitted: 7,
      }),
      NOW,
    );

    expect(text).toContain("team=film  take=3");
    expect(text).toContain("it is short; it is dark");
    expect(text).toContain("s3://videos/doubtful/a.mp4  362 kB  crc32:AAAA");
    expect(text).toContain("7 changes are left out");
    expect(text).toContain("AKOOL deletes");
    expect(text).not.toContain("\u001b");
  });

  it("says nothing of what there is not", () => {
    const text = describeJob(job({ status: "archived" }), NOW);

    expect(text).not.toMatch(/Tags|Doubts|Kept|left out|AKOOL deletes/);
  });
});

it.each([
  [{ XDG_CONFIG_HOME: "/config", HOME: "/home/a" }, "/config"],
  [{ HOME: "/home/a" }, "/home/a"],
])("the remembered target lies where %j says", (environment, folder) => {
  expect(targetFile(environment).startsWith(folder)).toBe(true);
});
