import { GetObjectTaggingCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { SourceIncomplete } from "#archive/errors.ts";
import { putJson } from "#archive/upload/objects.ts";
import { DEFAULT_SIZING, type PartSizing } from "#archive/upload/part-plan.ts";
import { type ObjectPlace, sidecarPlace, videoPlace } from "#archive/upload/places.ts";
import { media } from "../content/media.ts";
import type { OriginFile } from "../source/ranged-origin.ts";
import { BUCKET, SMALL_PARTS, video } from "./copy-fixture.ts";
import { copyTests } from "./copy-tests.ts";

const OPTIONS = { tagging: "team=red&cost%20center=47", storageClass: "STANDARD_IA" } as const;
const TAGS = [
  { Key: "team", Value: "red" },
  { Key: "cost center", Value: "47" },
];
const KIBIBYTE = 1_024;
const LARGE = video(128 * KIBIBYTE);
const SMALL = LARGE.subarray(0, -1);

const given = copyTests();
let counter = 0;

async function copy(file: OriginFile, sizing: PartSizing): Promise<ObjectPlace> {
  const origin = await given.serveFile(file);
  const place = videoPlace(BUCKET, `2026/11/options=${counter++}`, OPTIONS);
  const copier = given.fixture.copier(origin.origin, { sizing });
  const url = `${origin.origin}/a.mp4`;
  return (await copier.copy(url, place, AbortSignal.timeout(100_000))).place;
}

const tagsOf = async ({ key }: ObjectPlace) =>
  (await given.fixture.s3.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key: key }))).TagSet;
const classOf = async ({ key }: ObjectPlace) =>
  (await given.fixture.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }))).StorageClass;

describe("what a place says of its objects is in the request that creates them:", () => {
  it.each<[string, PartSizing, Partial<OriginFile>]>([
    ["of a video in memory", DEFAULT_SIZING, { etag: '"one"' }],
    ["of a video in parts", SMALL_PARTS, { etag: '"one"' }],
    ["of a video from a stream", SMALL_PARTS, {}],
  ])("%s", async (_, sizing, file) => {
    const place = await copy({ bytes: LARGE, ...file }, sizing);

    expect(await tagsOf(place)).toEqual(TAGS);
    expect(await classOf(place)).toBe("STANDARD_IA");
  });

  it("of a file that is cut, in its own place", async () => {
    const bytes = media("moov-first.mp4").subarray(0, -100);

    const error = await copy({ bytes }, DEFAULT_SIZING).catch((failed: unknown) => failed);

    const stored = error instanceof SourceIncomplete ? error.stored : undefined;
    if (typeof stored !== "object") throw error;
    expect(stored.place.key).toMatch(/^doubtful\/2026\/11\//);
    expect(await tagsOf(stored.place)).toEqual(TAGS);
  });

  it("of a sidecar, which stays in the ordinary class as all that is small does", async () => {
    const sidecar = sidecarPlace(videoPlace(BUCKET, "sidecar", OPTIONS));
    await putJson(given.fixture.s3, sidecar, { a: 1 });
    const small = await copy({ bytes: SMALL }, DEFAULT_SIZING);

    expect(await tagsOf(sidecar)).toEqual(TAGS);
    expect(await classOf(sidecar)).toBeUndefined();
    expect(await classOf(small)).toBeUndefined();
  });

  it("and nothing, where a place says nothing", async () => {
    const place = videoPlace(BUCKET, "plain");
    await putJson(given.fixture.s3, place, { a: 1 });

    expect(await tagsOf(place)).toEqual([]);
    expect(await classOf(place)).toBeUndefined();
  });
});
