import { describe, expect, it } from "vitest";
import { withoutQueries, withoutQuery } from "#domain/text/akool-addresses.ts";

describe("AKOOL's fields beside the video", () => {
  it("hold addresses without their queries, inside objects too, and nothing else is changed", () => {
    const kept = withoutQueries({
      video: "https://a.example/v.mp4?Signature=s#t",
      webhookUrl: null,
      audio_splits: { original_srt_url: "https://a.example/o.srt?Signature=s", none: null },
      prompt: "is this kept? https://a.example/?yes=1",
      video_status: 3,
    });

    expect(kept).toEqual({
      video: "https://a.example/v.mp4",
      webhookUrl: null,
      audio_splits: { original_srt_url: "https://a.example/o.srt", none: null },
      prompt: "is this kept? https://a.example/?yes=1",
      video_status: 3,
    });
  });

  it("are none where AKOOL has given none", () => {
    expect(withoutQueries(undefined)).toBeUndefined();
  });

  it("an address ends at the first of query and fragment", () => {
    expect(withoutQuery("https://a.example/v.mp4#t=1?x\ny")).toBe("https://a.example/v.mp4");
  });
});
