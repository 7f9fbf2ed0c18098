import { expect, it } from "vitest";
import { inspectFile } from "#archive/copy/inspect-file.ts";
import { filmOf } from "../../bench/content-check/film.ts";

it.each([true, false])(
  "is a whole film to the content check, index first: %s",
  async (indexFirst) => {
    const file = Buffer.alloc(1_000_000);
    for (const { offset, bytes } of filmOf({ bytes: file.length, indexFirst }))
      bytes.copy(file, offset);

    const { facts, cut, isWhole, doubts } = await inspectFile(file);

    expect({ facts, cut, isWhole, doubts }).toEqual({
      facts: {
        container: "mp4",
        durationSeconds: 120,
        width: 1280,
        height: 720,
        frameRate: expect.any(Number),
        videoCodec: "h264",
        hasAudio: true,
        audioCodec: "aac",
      },
      cut: undefined,
      isWhole: true,
      doubts: [],
    });
  },
);
