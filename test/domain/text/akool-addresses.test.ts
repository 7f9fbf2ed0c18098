import { describe, expect, it } from "vitest";
import {
  addressWithoutSecrets,
  withoutAddressSecrets,
  withoutQuery,
} from "#domain/text/akool-addresses.ts";

describe("AKOOL's fields beside the video", () => {
  it("hold addresses without their queries, inside objects too, and nothing else is changed", () => {
    const kept = withoutAddressSecrets({
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

  it("lose the query of a signed address in a text as well", () => {
    const prompt = "like https://a.example/f.png?Signature=s, but red";

    expect(withoutAddressSecrets({ prompt }).prompt).toBe(
      "like https://a.example/f.png?[redacted] but red",
    );
  });

  it.each([
    ["https://user:pass@a.example/v.mp4?x#y", "https://a.example/v.mp4"],
    ["//user@a.example/v.mp4", "//a.example/v.mp4"],
    ["https://a.example/@me/v.mp4", "https://a.example/@me/v.mp4"],
    ["https://a.example/exp=1~token=abc/v.mp4", "https://a.example/exp=1~token=[redacted]"],
    [
      `https://a.example/${"long/".repeat(50)}v.mp4`,
      `https://a.example/${"long/".repeat(50)}v.mp4`,
    ],
  ])("name a file, and not what opens it: %s", (address, shown) => {
    expect(addressWithoutSecrets(address)).toBe(shown);
  });

  it("an address ends at the first of query and fragment", () => {
    expect(withoutQuery("https://a.example/v.mp4#t=1?x\ny")).toBe("https://a.example/v.mp4");
  });
});
