import { describe, expect, it } from "vitest";
import {
  audioSplits,
  companionAddress,
  namedCompanions,
  namesEveryCompanion,
} from "#domain/job/named-companions.ts";
import {
  AUDIO_SPLITS,
  archivedCompanion,
  COMPANION_URLS,
  pendingCompanion,
} from "#test/support/companions.ts";

describe("what AKOOL names beside a video", () => {
  it("is found by its role", () => {
    const akool = { audio_splits: AUDIO_SPLITS };

    expect(companionAddress(akool, "translated_srt")).toBe(COMPANION_URLS.translated_srt);
    expect(namesEveryCompanion(akool)).toBe(true);
  });

  it.each([undefined, {}, { audio_splits: null }, { audio_splits: [] }, { audio_splits: "x" }])(
    "is nothing in %j",
    (akool) => {
      expect(audioSplits(akool)).toBeUndefined();
      expect(namedCompanions(undefined, akool)).toBeUndefined();
    },
  );

  it.each(["", 7, null])("is not %j in place of an address", (original_srt_url) => {
    const akool = { audio_splits: { ...AUDIO_SPLITS, original_srt_url } };

    expect(companionAddress(akool, "original_srt")).toBeUndefined();
    expect(namesEveryCompanion(akool)).toBe(false);
    expect(namedCompanions(undefined, akool)?.map(({ role }) => role)).toEqual([
      "translated_srt",
      "no_caption_video",
    ]);
  });

  it("is pending at first, and known without the key to it", () => {
    const signed = `${COMPANION_URLS.original_srt}?Signature=5f2e9c1a`;

    expect(namedCompanions(undefined, { audio_splits: { original_srt_url: signed } })).toEqual([
      { role: "original_srt", state: "pending", sourceUrl: COMPANION_URLS.original_srt },
    ]);
  });

  it("is not fetched under names that are not documented", () => {
    const audio_splits = { dubbed_audio_url: "https://a.cloudfront.net/a.mp3" };

    expect(namedCompanions(undefined, { audio_splits })).toBeUndefined();
  });

  it("is remembered when a later answer lacks it, and what is archived stays", () => {
    const known = [archivedCompanion("original_srt"), pendingCompanion("translated_srt")];
    const moved = "https://other.cloudfront.net/b.srt";
    const answer = { audio_splits: { translated_srt_url: moved, original_srt_url: moved } };

    expect(namedCompanions(known, {})).toEqual(known);
    expect(namedCompanions(known, answer)).toEqual([
      archivedCompanion("original_srt"),
      pendingCompanion("translated_srt", { sourceUrl: moved }),
    ]);
  });
});
