import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpret } from "#akool/interpret.ts";
import { resultAddress } from "#akool/result-address.ts";
import { cpuMilliseconds } from "#test/support/cpu-time.ts";

const ID = "689174694b4dbdd4ab3d28c9";
const HOST = "d2qf6ukcym4kn9.cloudfront.net";
const pollOf = (video: unknown) =>
  interpret(ID, {
    status: 200,
    body: JSON.stringify({ code: 1000, data: { _id: ID, video_status: 3, video } }),
  });

describe("the address of the video", () => {
  it.each<[unknown, string]>([
    [`https://${HOST}/x.mp4`, `https://${HOST}/x.mp4`],
    [`  https://${HOST}/x.mp4\n`, `https://${HOST}/x.mp4`],
    [`//${HOST}/x.mp4`, `https://${HOST}/x.mp4`],
    [`${HOST}/x.mp4`, `https://${HOST}/x.mp4`],
    [`${HOST}/x.mp4?a=b#c`, `https://${HOST}/x.mp4?a=b#c`],
    [`http://${HOST}/x.mp4`, `https://${HOST}/x.mp4`],
    [`HTTP://${HOST}/x.mp4`, `https://${HOST}/x.mp4`],
    [[`https://${HOST}/x.mp4`], `https://${HOST}/x.mp4`],
    [{ url: `https://${HOST}/x.mp4` }, `https://${HOST}/x.mp4`],
    [{ src: `https://${HOST}/x.mp4` }, `https://${HOST}/x.mp4`],
    [`https://${HOST}/x.mp4?a=b&amp;c=d`, `https://${HOST}/x.mp4?a=b&c=d`],
    [`<https://${HOST}/x.mp4>`, `https://${HOST}/x.mp4`],
    [`"https://${HOST}/x.mp4"`, `https://${HOST}/x.mp4`],
    [`\u200B//${HOST}/x.mp4`, `https://${HOST}/x.mp4`],
    [encodeURIComponent(`https://${HOST}/x.mp4?a=b%2F`), `https://${HOST}/x.mp4?a=b%2F`],
    [`http://${HOST}:80/x.mp4`, `https://${HOST}/x.mp4`],
    ["http://127.0.0.1:8788/x.mp4", "http://127.0.0.1:8788/x.mp4"],
    ["//127.0.0.1:8788/x.mp4", "http://127.0.0.1:8788/x.mp4"],
    ["//127.0.0.1.nip.io/x.mp4", "https://127.0.0.1.nip.io/x.mp4"],
    [`https:\\/\\/${HOST}\\/x.mp4`, `https://${HOST}/x.mp4`],
    [`https://${HOST}/x.mp4?a=b\\u0026c=d`, `https://${HOST}/x.mp4?a=b&c=d`],
    [`https://${HOST}/x.mp4?a=b&#38;c=d&amp;amp;e=f&#x26;g`, `https://${HOST}/x.mp4?a=b&c=d&e=f&g`],
    [`https://https://${HOST}/x.mp4`, `https://${HOST}/x.mp4`],
    [`https://http://${HOST}/x.mp4`, `https://${HOST}/x.mp4`],
    [JSON.stringify(`https://${HOST}/x.mp4`), `https://${HOST}/x.mp4`],
    [JSON.stringify([`https://${HOST}/x.mp4`]), `https://${HOST}/x.mp4`],
    [JSON.stringify({ url: `https://${HOST}/x.mp4` }), `https://${HOST}/x.mp4`],
    [[{ url: `https://${HOST}/x.mp4` }], `https://${HOST}/x.mp4`],
    [`Your video: https://${HOST}/x.mp4`, `https://${HOST}/x.mp4`],
    [`[video](https://${HOST}/x.mp4)`, `https://${HOST}/x.mp4`],
    [`<a href="https://${HOST}/x.mp4">video</a>`, `https://${HOST}/x.mp4`],
    [`https://${HOST}/my video.mp4`, `https://${HOST}/my video.mp4`],
    [
      `https://${HOST}/x.mp4?next=https://a.example`,
      `https://${HOST}/x.mp4?next=https://a.example`,
    ],
  ])("%j is %s, and the record fetches from that", (given, url) => {
    expect(pollOf(given)).toMatchObject({
      kind: "completed",
      videoUrl: url,
      akool: { video: url },
    });
  });

  it("is recorded with what was assumed about it, and without a note if it is a usual one", () => {
    expect(pollOf(`//${HOST}/x.mp4`)).toMatchObject({
      detail: expect.stringContaining("https is assumed"),
    });
    expect(pollOf(`<https://${HOST}/x.mp4>`)).toMatchObject({
      detail: expect.stringContaining("without what is around it"),
    });
    expect(pollOf(`Your video: https://${HOST}/x.mp4`)).toMatchObject({
      detail: expect.stringContaining("without what is around it"),
    });
    expect(pollOf(`https://${HOST}/x.mp4`)).not.toHaveProperty("detail");
  });

  it.each<[unknown]>([
    [[`https://${HOST}/1.mp4`, `https://${HOST}/2.mp4`]],
    [["", null, 7, "s3://bucket/0.mp4", `https://${HOST}/1.mp4`, { url: `https://${HOST}/2.mp4` }]],
    [`https://${HOST}/1.mp4, https://${HOST}/2.mp4`],
    [`https://${HOST}/1.mp4\nhttps://${HOST}/2.mp4`],
    [[`https://${HOST}/1.mp4`, JSON.stringify([`https://${HOST}/2.mp4`])]],
  ])("is the first that can be used of several, and the record says so: %j", (given) => {
    expect(pollOf(given)).toMatchObject({
      kind: "completed",
      videoUrl: `https://${HOST}/1.mp4`,
      akool: { video: `https://${HOST}/1.mp4` },
      detail: "the first of 2 addresses of the video is read",
    });
  });

  it.each([
    ["blanks", `x${" ".repeat(1e5)}x`],
    ["schemes", "https://".repeat(1e5)],
    ["brackets", "[".repeat(1e6)],
    ["escapes", "&amp;".repeat(2e5)],
  ])("is sought in a time that grows with the text alone: %s", async (_, text) => {
    expect(await cpuMilliseconds(() => resultAddress(text))).toBeLessThan(2_000);
  });

  it("needs no note if it is given twice", () => {
    const url = `https://${HOST}/x.mp4`;
    expect(pollOf([url, url])).toMatchObject({ videoUrl: url });
    expect(pollOf([url, url])).not.toHaveProperty("detail");
  });

  it("may be as long as signed ones are, up to 8 kB", () => {
    const start = `https://${HOST}/x.mp4?X-Amz-Security-Token=`;
    for (const bytes of [2_001, 4_096, 8_192]) {
      const url = start + "a".repeat(bytes - start.length);
      expect(pollOf(url)).toMatchObject({
        kind: "completed",
        videoUrl: url,
        akool: { video: url },
      });
    }
    expect(pollOf(start + "a".repeat(8_193 - start.length))).toMatchObject({
      kind: "completed_without_video",
      detail: "the video's address is too long to be kept: 8193 bytes",
    });
    expect(pollOf(start + "é".repeat(5_000))).toMatchObject({ kind: "completed_without_video" });
  });

  it.each([
    "not a url",
    "/relative/x.mp4",
    "s3://bucket/x.mp4",
    "ftp://a.example/x.mp4",
    "data:video/mp4;base64,AAAA",
    "https://",
    "http://a.example:8080/x.mp4",
    "host.example",
    "https%3A%2F%2Fhost.example%2F%zz",
  ])("that cannot be used is described: %s", (given) => {
    expect(pollOf(given)).toMatchObject({
      kind: "completed_without_video",
      detail: `the video's address cannot be used: "${given}"`,
    });
  });

  it.each([7, true, { size: "x" }, [[[[["a"]]]]], [7, "s3://bucket/x.mp4"]])(
    "that is no text is described: %j",
    (given) => {
      expect(pollOf(given)).toMatchObject({
        kind: "completed_without_video",
        detail: "the video's address is no text",
      });
    },
  );

  it.each([undefined, null, "", "  ", "\0", "null", "undefined", [], [null, ""], "[]"])(
    "is missing: %j",
    (given) => {
      expect(pollOf(given)).not.toHaveProperty("detail");
    },
  );

  it("is usable or described, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.webUrl(), fc.jsonValue()), (value) => {
        const address = resultAddress(value);
        if (address === undefined) return;
        if ("url" in address) expect(new URL(address.url).protocol).toMatch(/^https?:$/);
        else expect(address.problem).toMatch(/address/);
      }),
    );
  });
});
