import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpret } from "#akool/interpret.ts";
import { create, ID, poll, pollOf } from "./spelled.ts";

describe("text of AKOOL's", () => {
  const half = "\ud83d";

  it("is well-formed and cut between characters, wherever it goes", () => {
    const fields = fc.record({
      file_name: fc.string({ unit: "binary", maxLength: 3_000 }),
      prompt: fc.string({ unit: fc.constantFrom("\u{1F600}", half, "x"), maxLength: 3_000 }),
      faceswap_fail_reason: fc.string({
        unit: fc.constantFrom("\u{1F600}", half, "x "),
        maxLength: 3_000,
      }),
      video_status: fc.constantFrom(2, 4, half),
    });
    fc.assert(
      fc.property(
        fields,
        fc.string({ unit: fc.constantFrom("\u{1F600}", half), maxLength: 3_000 }),
        (data, msg) => {
          const seen = [
            pollOf({ _id: ID, ...data }),
            poll(JSON.stringify({ code: 1003, msg })),
            create(JSON.stringify({ code: 1003, msg })),
            poll(`<title>${msg}</title>`),
          ];
          // JSON writes half a character as an escape, and a whole one as it is.
          expect(JSON.stringify(seen)).not.toMatch(/\\ud[89a-f]/i);
          expect(JSON.stringify(seen).isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it("is well-formed in ids, addresses and companions as well", () => {
    const text = `x${half}`;
    const data = {
      team_id: text,
      video_url: `https://a.example/${half}`,
      audio_splits: { a: text },
    };

    expect(pollOf({ _id: ID, video_status: 2, ...data })).toMatchObject({
      akool: {
        team_id: "x\ufffd",
        video_url: "https://a.example/\ufffd",
        audio_splits: { a: "x\ufffd" },
      },
    });
  });

  it.each([
    "signature: bold",
    "Close-up: is she smiling? Then #2",
    "token: none",
    "cookie: chocolate",
    `${"x".repeat(120)}`,
    "see https://example.com/a?b=c#d",
  ])("written by a customer stays as it is: %s", (text) => {
    expect(pollOf({ _id: ID, video_status: 2, prompt: text, file_name: text })).toMatchObject({
      akool: { prompt: text, file_name: text },
    });
  });

  it("that is a number is one on the record", () => {
    const data = { deduction_credit: "20", video_duration: " 10.5 ", progress: "half" };

    expect(pollOf({ _id: ID, video_status: 2, ...data })).toMatchObject({
      akool: { deduction_credit: 20, video_duration: 10.5 },
    });
    expect(pollOf({ _id: ID, video_status: 2, ...data })).not.toHaveProperty("akool.progress");
  });

  it("keeps numbers that are too large for JavaScript as AKOOL wrote them", () => {
    const body = `{"code":1000,"data":{"_id":"${ID}","video_status":2,"uid":12345678901234567890}}`;

    expect(poll(body)).toMatchObject({ akool: { uid: "12345678901234567890" } });
  });
});

describe("the fields of the siblings", () => {
  it("are recorded, with the addresses of companion files", () => {
    const text = readFileSync(
      new URL("../../packages/akool-simulator/samples/translation-completed.json", import.meta.url),
      "utf8",
    );
    const { data } = JSON.parse(text);

    expect(interpret(data._id, { status: 200, body: text })).toMatchObject({
      kind: "completed",
      akool: data,
    });
  });

  it("are bounded", () => {
    const audio_splits = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`file${i}`, `https://a.example/${i}`]),
    );
    const seen = pollOf({
      _id: ID,
      video_status: 2,
      audio_splits: { ...audio_splits, file0: 7, file1: "" },
    });

    expect("akool" in seen && Object.keys(seen.akool.audio_splits ?? {})).toHaveLength(18);
    expect(pollOf({ _id: ID, video_status: 2, audio_splits: { none: null } })).toMatchObject({
      akool: { _id: ID, video_status: 2, audio_splits: {} },
    });
  });

  it("are usable addresses, as that of the video is", () => {
    const audio_splits = { original_srt_url: " //a.example/a.srt ", translated_srt_url: "" };

    expect(pollOf({ _id: ID, video_status: 3, audio_splits })).toMatchObject({
      akool: { audio_splits: { original_srt_url: "https://a.example/a.srt" } },
    });
    expect(pollOf({ _id: ID, video_status: 3, audio_splits: null })).not.toHaveProperty(
      "akool.audio_splits",
    );
  });

  const SUBTITLES = "https://a.example/a.srt";
  const FILM = "https://a.example/b.mp4";
  it.each([
    ["a list of one", [{ original_srt_url: SUBTITLES, no_caption_video_url: FILM }]],
    ["a list of them", [{ original_srt_url: SUBTITLES }, null, { no_caption_video_url: FILM }]],
    ["JSON", JSON.stringify({ original_srt_url: SUBTITLES, no_caption_video_url: FILM })],
    ["other joints", { originalSrtUrl: SUBTITLES, "no-caption-video": { url: FILM } }],
  ])("may be %s", (_name, audio_splits) => {
    expect(pollOf({ _id: ID, video_status: 3, audio_splits })).toMatchObject({
      akool: { audio_splits: { original_srt_url: SUBTITLES, no_caption_video_url: FILM } },
    });
  });

  it.each([
    ["text", "none"],
    ["an empty list", []],
    ["a number", 7],
    ["a list of addresses", [SUBTITLES]],
    ["a list in JSON", "[7]"],
    ["a text that is too long", JSON.stringify({ original_srt_url: "x".repeat(70_000) })],
  ])("are none in %s", (_name, audio_splits) => {
    expect(pollOf({ _id: ID, video_status: 3, audio_splits })).not.toHaveProperty(
      "akool.audio_splits",
    );
  });
});
