import { describe, expect, it } from "vitest";
import { characterSwapSchema, estimateCredits } from "#domain/swaps/character-swap.ts";

const swap = { image: "https://example.com/a.png", video: "https://example.com/b.mp4" };

describe("a character swap", () => {
  it.each([
    swap,
    { ...swap, duration: 120, resolution: "1080p", mode: "replace", prompt: "p".repeat(500) },
    { ...swap, duration: 1 },
    { ...swap, resolution: "480p", mode: "animate" },
    { ...swap, resolution: "720p" },
    { ...swap, image: "http://example.com/a.png" },
  ])("is taken as AKOOL documents it: %j", (request) => {
    expect(characterSwapSchema.parse(request)).toEqual(request);
  });

  it.each([
    {},
    { image: swap.image },
    { ...swap, image: "not a url" },
    { ...swap, video: "file:///etc/passwd" },
    { ...swap, video: "shttp://example.com/b.mp4" },
    { ...swap, video: "httpx://example.com/b.mp4" },
    { ...swap, duration: 0.5 },
    { ...swap, duration: 121 },
    { ...swap, resolution: "4k" },
    { ...swap, mode: "dance" },
    { ...swap, prompt: "p".repeat(501) },
    { ...swap, webhookurl: "https://example.com" },
  ])("is refused: %j", (request) => {
    expect(characterSwapSchema.safeParse(request).success).toBe(false);
  });

  it("is told which addresses AKOOL can fetch", () => {
    const refused = characterSwapSchema.safeParse({ ...swap, video: "file:///etc/passwd" });

    expect(refused.error?.issues[0]).toMatchObject({
      path: ["video"],
      message: expect.stringContaining("http"),
    });
  });
});

describe("the estimate of credits", () => {
  it.each([
    [10, "720p", 20],
    [10, undefined, 20],
    [5, "480p", 5],
    [5.1, "480p", 10],
    [1, "1080p", 15],
    [120, "1080p", 360],
  ] as const)("%d s at %s costs %d", (duration, resolution, credits) => {
    const request = { ...swap, duration, ...(resolution === undefined ? {} : { resolution }) };

    expect(estimateCredits(request)).toEqual({ credits, exact: true });
  });

  it("without a duration is the most that it can cost, and says so", () => {
    expect(estimateCredits(swap)).toEqual({ credits: 240, exact: false });
  });
});
