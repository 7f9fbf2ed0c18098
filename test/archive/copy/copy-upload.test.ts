import { AbortMultipartUploadCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { CopiedVideo } from "#archive/copy/copy-run.ts";
import { lossyProxy } from "#test/support/lossy-proxy.ts";
import { BUCKET, checksumOf, intercept, SMALL_PARTS } from "./copy-fixture.ts";
import { copyTests, FILE, MIDDLE, ONE } from "./copy-tests.ts";

const given = copyTests(ONE);

describe("a CompleteMultipartUpload", () => {
  it("that fails because a part was replaced leaves nothing behind", async () => {
    const { s3 } = given;
    intercept(s3, "UploadPartCommand", (output) => Object.assign(output, { ETag: '"other"' }));

    await expect(given.copy({ s3 })).rejects.toMatchObject({ name: "InvalidPart" });

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });

  it("states the size and CRC-32 of the whole file, including parts of an earlier run", async () => {
    await given.leaveInterrupted();
    const { s3 } = given;
    const asked: object[] = [];
    s3.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === "CompleteMultipartUploadCommand") asked.push(args.input);
        return next(args);
      },
      { step: "initialize" },
    );

    await given.copy({ s3 });

    expect(asked).toMatchObject([
      {
        ChecksumType: "FULL_OBJECT",
        ChecksumCRC32: checksumOf(FILE).slice("crc32:".length),
        MpuObjectSize: FILE.length,
      },
    ]);
  });

  it("that fails because of the checksum leaves nothing behind", async () => {
    const { s3 } = given;
    s3.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === "CompleteMultipartUploadCommand") {
          Object.assign(args.input, { ChecksumCRC32: "AAAAAA==" });
        }
        return next(args);
      },
      { step: "initialize" },
    );

    await expect(given.copy({ s3 })).rejects.toMatchObject({ name: "BadDigest" });

    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });
});

describe("two concurrent copies of one video", () => {
  /** One of them stores the video; the other leaves it alone. */
  async function expectOneCopy(copies: Promise<CopiedVideo>[]) {
    const outcomes = await Promise.allSettled(copies);

    expect(outcomes.toSorted((a, b) => a.status.localeCompare(b.status))).toMatchObject([
      { status: "fulfilled", value: { video: { checksum: checksumOf(FILE) } } },
      { status: "rejected", reason: { name: "CopyOvertaken" } },
    ]);
    await given.expectStored(FILE);
  }

  it("store it once", async () => {
    await expectOneCopy([given.copy(), given.copy()]);
  });

  it("store it once when both resume the same upload, and both report success", async () => {
    await given.leaveInterrupted();

    const [one, other] = await Promise.all([given.copy(), given.copy()]);

    expect(one.video).toEqual(other.video);
    await given.expectStored(FILE);
  });

  it("survive the loss of their upload by restarting", async () => {
    let disturbed = false;
    given.origin.interfere = async (request, response, start) => {
      if (request.url === "/gone.mp4") {
        response.writeHead(404).end();
        return true;
      }
      if (start === MIDDLE && !disturbed) {
        disturbed = true;
        // The other finds that the video is gone, and ends every upload of it.
        await given.copy({}, { path: "/gone.mp4" }).catch(() => {});
      }
      return false;
    };

    await given.copy();

    expect(disturbed).toBe(true);
    await given.expectStored(FILE);
  });

  it("give up when their upload keeps getting lost", async () => {
    let lost = 0;
    given.origin.interfere = async (_request, _response, start) => {
      if (start !== MIDDLE) return false;
      lost += 1;
      for (const UploadId of await given.fixture.uploads(given.place)) {
        const upload = { Bucket: BUCKET, Key: given.place.key, UploadId };
        // The copy itself may have been faster.
        await given.fixture.s3.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
      }
      return false;
    };

    await expect(given.copy()).rejects.toMatchObject({ name: "UploadLost" });

    expect(lost).toBe(3);
    expect(await given.fixture.leftovers(given.place)).toEqual([]);
  });
});

describe("a CreateMultipartUpload that the SDK retries after a lost response", () => {
  it.each(["/a.mp4", "/no-ranges.mp4"])("leaves no upload open (%s)", async (path) => {
    if (path !== "/a.mp4") {
      given.origin.interfere = (request) => {
        delete request.headers.range;
        return false;
      };
    }
    const isOpening = (operation: string) => /^POST .*[?&]uploads/.test(operation);
    let isLost = false;
    const proxy = await lossyProxy(given.fixture.endpoint, (operation) => {
      if (isLost || !isOpening(operation)) return false;
      isLost = true;
      return true;
    });
    const s3 = given.fixture.newClient(3, proxy.endpoint);

    const copied = await given.copy({ s3, sizing: SMALL_PARTS }, { path });

    expect(proxy.operations.filter(isOpening)).toHaveLength(2);
    expect(copied).toMatchObject({ leftUpload: false, video: { bytes: FILE.length } });
    expect(await given.fixture.leftovers(given.place)).toEqual([given.place.key]);
    s3.destroy();
    await proxy.close();
  });
});
