import { describe, expect, it } from "vitest";
import { createJsonDisplay } from "#local/display/json-display.ts";
import { createLineDisplay } from "#local/display/line-display.ts";
import { START, VIDEO_ID } from "#test/support/jobs.ts";
import { viewOf } from "../command/views.ts";
import { Paper } from "./screen.ts";

const NOW = () => START + 5_000;

describe("plain lines", () => {
  it("one a change of the status or of the reason to wait, and none a poll", () => {
    const paper = new Paper();
    const display = createLineDisplay(paper, NOW);

    for (const changes of [
      {},
      { polls: 4 },
      { polls: 5, reason: "AKOOL is\nunavailable" },
      { polls: 6, bytes: 5 },
    ]) {
      display.changed(viewOf(changes), []);
    }

    expect(paper.lines).toEqual([
      `${VIDEO_ID}  0:05  polls 3  processing`,
      `${VIDEO_ID}  0:05  polls 5  processing  AKOOL is unavailable`,
      `${VIDEO_ID}  0:05  polls 6  processing`,
    ]);
  });

  it("say how much of what AKOOL has named beside the video is there", () => {
    const paper = new Paper();
    const companions = [
      { role: "original_srt", state: "archived" },
      { role: "translated_srt", state: "pending" },
    ] as const;

    createLineDisplay(paper, NOW).changed(
      viewOf({ status: "archived", file: "v/a.mp4", bytes: 362_000, companions }),
      [],
    );

    expect(paper.lines).toEqual([
      `${VIDEO_ID}  0:05  polls 3  archived  362 kB  v/a.mp4  1 of 2 files beside it`,
    ]);
  });

  it("the last one says where the file is", () => {
    const paper = new Paper();
    const display = createLineDisplay(paper, NOW);

    display.changed(viewOf({ status: "archived", file: "v/a.mp4", bytes: 362_000 }), []);
    display.changed(viewOf({ label: "odd", status: "archived", file: "v/b.mp4" }), []);

    expect(paper.lines).toEqual([
      `${VIDEO_ID}  0:05  polls 3  archived  362 kB  v/a.mp4`,
      `${VIDEO_ID}  odd  0:05  polls 3  archived  0 B  v/b.mp4`,
    ]);
  });

  it("notes and the table are lines like others", () => {
    const paper = new Paper();
    const display = createLineDisplay(paper);

    display.note("a note");
    display.finished([viewOf({ file: "v/a.mp4", endedAt: START })]);

    expect(paper.lines[0]).toBe("a note");
    expect(paper.lines[2]).toMatch(/0:00 +3 {2}v\/a\.mp4$/);
  });
});

describe("JSON lines", () => {
  it("one object a change, none for a repetition or a note", () => {
    const paper = new Paper();
    const display = createJsonDisplay(paper, NOW);

    display.note("for a person");
    display.changed(viewOf(), []);
    display.changed(viewOf(), []);
    display.changed(viewOf({ bytes: 7, label: "a" }), []);

    const common = {
      type: "job",
      videoModelId: VIDEO_ID,
      status: "processing",
      polls: 3,
      startedAt: "2026-01-05T12:00:00.000Z",
      durationMs: 5_000,
      ended: false,
    };
    expect(paper.lines.map((line): unknown => JSON.parse(line))).toEqual([
      common,
      { ...common, bytes: 7, label: "a" },
    ]);
  });

  it("the last object has every job as it ended", () => {
    const paper = new Paper();
    const display = createJsonDisplay(paper);

    const ended = { status: "failed", reason: "bad\nface", endedAt: START + 9_000, ended: true };
    display.finished([viewOf(ended)]);

    expect(paper.lines).toHaveLength(1);
    expect(JSON.parse(paper.text)).toMatchObject({
      type: "summary",
      jobs: [{ ...ended, endedAt: "2026-01-05T12:00:09.000Z", durationMs: 9_000, polls: 3 }],
    });
  });
});
