import { describe, expect, it } from "vitest";
import { creationOf } from "#domain/job/creation.ts";

const MODEL = "wavespeed-ai/wan-2.2/animate";

describe("what is kept of a create call", () => {
  it("is what can be compared with the file, and the model", () => {
    const request = { duration: 10, resolution: "1080p", mode: "replace" };

    expect(creationOf(request, MODEL)).toEqual({
      durationSeconds: 10,
      resolution: "1080p",
      mode: "replace",
      model: MODEL,
    });
  });

  it("is no address, no prompt and nothing else that a request may hold", () => {
    const secret = "https://inputs.example/face.png?X-Amz-Signature=5f2e9c1a";
    const request = { image: secret, video: secret, prompt: secret, other: secret, duration: 5 };

    expect(creationOf(request, undefined)).toEqual({ durationSeconds: 5 });
  });

  it("is nothing where the request names nothing of it", () => {
    expect(creationOf({ image: "https://a.example/a.png" }, undefined)).toBeUndefined();
  });

  it("leaves out what a record of another release spells otherwise", () => {
    const request = { duration: "10", resolution: 720, mode: null };

    expect(creationOf(request, MODEL)).toEqual({ model: MODEL });
  });
});
