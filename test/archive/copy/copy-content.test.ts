import { describe, expect, it } from "vitest";
import type { CopyClaim } from "#archive/copy/copy-run.ts";
import { SourceIncomplete } from "#archive/errors.ts";
import { DEFAULT_SIZING, type PartSizing } from "#archive/upload/part-plan.ts";
import { doubtfulPlace, withExtension } from "#archive/upload/places.ts";
import { box, media } from "../content/media.ts";
import type { OriginFile } from "../source/ranged-origin.ts";
import { checksumOf, intercept } from "./copy-fixture.ts";
import { copyTests, TINY_PARTS, WAYS } from "./copy-tests.ts";

const CLAIM: CopyClaim = { first: false, toReplace: async () => {} };

const given = copyTests();

const serving = (bytes: Buffer, file: Partial<OriginFile> = { etag: '"one"' }) =>
  given.serveFile({ bytes, ...file });

const copy = (sizing: PartSizing = DEFAULT_SIZING, claim = CLAIM) =>
  given.copy({ s3: given.s3, sizing }, { claim });

async function kept(copying: Promise<unknown>): Promise<SourceIncomplete> {
  const error = await copying.catch((failed: unknown) => failed);
  if (!(error instanceof SourceIncomplete)) throw error;
  return error;
}

describe("the bytes decide key, type and record, whatever the source calls them:", () => {
  describe.each(WAYS)("%s", (_, sizing, file) => {
    it.each([
      ["moov-first.mp4", "mp4", "video/mp4"],
      ["segment.m4s", "mp4", "video/mp4"],
      ["quicktime.mov", "mov", "video/quicktime"],
      ["video.webm", "webm", "video/webm"],
      ["video.mkv", "mkv", "video/x-matroska"],
      ["transport-stream.bin", "ts", "video/mp2t"],
      ["video.avi", "avi", "video/x-msvideo"],
      ["video.flv", "flv", "video/x-flv"],
      ["audio.mp3", "mp3", "audio/mpeg"],
      ["picture.jpg", "jpg", "image/jpeg"],
    ])("%s", async (name, extension, contentType) => {
      const bytes = media(name);
      await serving(bytes, { ...file, contentType: "application/json" });

      const copied = await copy(sizing);

      const at = withExtension(given.place, extension);
      expect(copied).toMatchObject({
        place: at,
        video: { contentType, bytes: bytes.length, checksum: checksumOf(bytes) },
        content: { extension, cut: undefined },
      });
      expect((await given.fixture.stored(at)).equals(bytes)).toBe(true);
    });

    it("finds in parts what is found in the whole", async () => {
      await serving(media("moov-last.mp4"), file);

      expect((await copy(sizing)).content.facts).toEqual({
        container: "mp4",
        durationSeconds: 0.8,
        width: 64,
        height: 48,
        frameRate: 10,
        videoCodec: "h264",
        hasAudio: true,
        audioCodec: "aac",
      });
    });
  });

  it("a second run finds the object of the first, and replaces it", async () => {
    await serving(media("video.webm"));
    await copy();
    let claimed = 0;

    await copy(DEFAULT_SIZING, { first: false, toReplace: async () => void claimed++ });

    expect(claimed).toBe(1);
    expect(await given.fixture.leftovers(withExtension(given.place, "webm"))).toHaveLength(1);
  });

  it("bytes of no known format are archived as they are, with a doubt", async () => {
    await serving(Buffer.from("00017f03ffeeddccbbaa998877665544", "hex"));

    expect(await copy()).toMatchObject({
      place: withExtension(given.place, "bin"),
      content: { doubts: ["its bytes are of no format that is known"] },
    });
  });
});

describe("an upload that was interrupted", () => {
  it.each(["video.webm", "moov-last.mp4", "fragmented.mp4"])(
    "is resumed at its key, and inspected where its parts have not passed by: %s",
    async (name) => {
      const bytes = media(name);
      const source = await serving(bytes);
      source.interfere = (_request, response, start) => {
        if (start !== 3_000) return false;
        response.destroy();
        return true;
      };
      const s3 = given.fixture.newClient();
      intercept(s3, "UploadPartCommand", () => {
        if (source.rangeStarts().length > 3) throw new Error("the store is down");
      });
      await given.copy({ s3, sizing: { ...TINY_PARTS, connections: 1 } }).catch(() => {});
      expect(await given.fixture.uploads(given.place)).toHaveLength(name.endsWith("mp4") ? 1 : 0);
      source.interfere = () => false;
      s3.destroy();

      const copied = await copy(TINY_PARTS);

      expect(copied.content.doubts).toEqual([]);
      expect(copied.content.facts.videoCodec).toBeDefined();
      expect((await given.fixture.stored(copied.place)).equals(bytes)).toBe(true);
    },
  );
});

describe("a file that is certainly cut, though all declared bytes came,", () => {
  describe.each(WAYS)("%s", (_, sizing, file) => {
    it.each<[string, Buffer]>([
      ["eight bytes of ftyp", box("ftyp")],
      ["without its index", media("moov-last.mp4").subarray(0, 3_000)],
      ["without the end of its data", media("moov-first.mp4").subarray(0, -100)],
      ["of WebM", media("video.webm").subarray(0, 4_000)],
    ])("is stored apart, and nothing is archived: %s", async (_name, bytes) => {
      await serving(bytes, file);

      const error = await kept(copy(sizing));

      const doubtful = doubtfulPlace(given.place);
      expect(error.stored).toMatchObject({
        place: { key: expect.stringMatching(/^doubtful\//) },
        video: { bytes: bytes.length, checksum: checksumOf(bytes) },
        content: { cut: expect.any(String) },
      });
      const stem = { ...given.place, key: given.place.key.replace(/mp4$/, "") };
      expect(await given.fixture.leftovers(stem)).toEqual([]);
      expect(await given.fixture.uploads({ ...doubtful, key: "doubtful/" })).toEqual([]);
    });

    it("is not stored twice", async () => {
      const bytes = media("moov-first.mp4").subarray(0, -100);
      await serving(bytes, file);
      const known = { bytes: bytes.length, checksum: checksumOf(bytes) };

      expect((await kept(copy(sizing, { ...CLAIM, storedCut: known }))).stored).toBe("before");

      expect(await given.fixture.leftovers(doubtfulPlace(given.place))).toEqual([]);
    });
  });

  it("is archived on the next attempt when the source has the whole file meanwhile", async () => {
    const whole = media("moov-first.mp4");
    const source = await serving(whole.subarray(0, -100));
    // What was cut is known with the last part only: the first answers are of another file.
    intercept(given.s3, "UploadPartCommand", () => {
      source.file = { bytes: whole, etag: '"two"' };
    });

    const copied = await copy(TINY_PARTS).catch((error: unknown) => error);

    expect(copied).toSatisfy((outcome: unknown) => {
      const name = outcome instanceof Error ? outcome.name : "";
      return name === "" || name === "SourceChanged";
    });
    expect(await given.fixture.leftovers(doubtfulPlace(given.place))).toEqual([]);
  });
});

describe("a body that only the end of the connection delimits", () => {
  it.each([
    ["small", DEFAULT_SIZING],
    ["large", TINY_PARTS],
  ])("needs no second download when its structure proves it whole: %s", async (_, sizing) => {
    const file = media("moov-first.mp4");
    const source = await serving(file);
    source.interfere = (request, response) => {
      response.socket?.end(
        Buffer.concat([Buffer.from("HTTP/1.0 200 OK\r\nContent-Type: video/mp4\r\n\r\n"), file]),
      );
      return request.method === "GET";
    };

    expect(await copy(sizing)).toMatchObject({ video: { checksum: checksumOf(file) } });
    expect(source.requests).toHaveLength(1);
  });
});
