import { describe, expect, it } from "vitest";
import { DEFAULT_SIZING } from "#archive/upload/part-plan.ts";
import { checksumOf, intercept, video } from "./copy-fixture.ts";
import { copyFrom, copyTests } from "./copy-tests.ts";

const MEGABYTE = 1024 * 1024;

const given = copyTests();

describe("the requests that a copy costs the store", () => {
  async function requestsFor(bytes: number, first: boolean) {
    const sent: string[] = [];
    given.s3.middlewareStack.add(
      (next, context) => (args) => {
        sent.push(String(context.commandName).replace("Command", ""));
        return next(args);
      },
      { step: "initialize" },
    );
    await given.serveFile({ bytes: video(bytes), etag: '"one"' });
    const claim = { first, toReplace: async () => {} };
    const options = { s3: given.s3, sizing: DEFAULT_SIZING };
    const { video: stored } = await given.copy(options, { claim });
    expect(stored).toMatchObject({
      bytes,
      checksum: checksumOf(await given.fixture.stored(given.place)),
    });
    return sent;
  }

  it.each([2, 10, 16])("are one for a first run of %d MiB", async (mebibytes) => {
    expect(await requestsFor(mebibytes * MEGABYTE, true)).toEqual(["PutObject"]);
  });

  it("are three for a run that may follow another", async () => {
    expect(await requestsFor(2 * MEGABYTE, false)).toEqual([
      "HeadObject",
      "ListMultipartUploads",
      "PutObject",
    ]);
  });

  it("are those of an upload for more than fits in memory", async () => {
    const sent = await requestsFor(16 * MEGABYTE + 1, true);

    expect(sent.toSorted()).toEqual(
      [
        "CreateMultipartUpload",
        "PutObject",
        ...Array(4).fill("UploadPart"),
        "CompleteMultipartUpload",
        "HeadObject",
        "DeleteObject",
      ].toSorted(),
    );
  });

  it.each(["declared", "chunked"])(
    "are one even for a source without ranges: %s",
    async (length) => {
      const file = video(15 * MEGABYTE);
      const sent: string[] = [];
      intercept(given.s3, "PutObjectCommand", () => sent.push("PutObject"));
      intercept(given.s3, "CreateMultipartUploadCommand", () => sent.push("CreateMultipartUpload"));

      await copyFrom(given, (response) => {
        if (length === "declared") response.writeHead(200, { "content-length": file.length });
        response.end(file);
      });

      expect(sent).toEqual(["PutObject"]);
      expect((await given.fixture.stored(given.place)).equals(file)).toBe(true);
    },
  );
});
