import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { BodyCutter } from "#archive/copy/body-cutter.ts";
import { SourceInterrupted, VideoTooLarge } from "#archive/errors.ts";
import { BodyReader } from "#archive/source/body-reader.ts";
import { MAX_PARTS } from "#archive/upload/part-plan.ts";

function cutterOf(text: string, declaredBytes: number | undefined, maxBytes = 1e6) {
  const limits = { idleTimeoutMs: 60_000, signal: AbortSignal.timeout(100_000) };
  const reader = new BodyReader(Readable.from([Buffer.from(text)]), limits);
  return new BodyCutter(reader, { declaredBytes, maxBytes });
}

describe("cutting one body into parts", () => {
  it("gives each of several callers the next part, in order", async () => {
    const cutter = cutterOf("aabbc", 5);

    const parts = await Promise.all([1, 2, 3, 4].map(() => cutter.next(Buffer.alloc(2))));

    expect(parts.map((part) => part && [part.partNumber, part.bytes.toString()])).toEqual([
      [1, "aa"],
      [2, "bb"],
      [3, "c"],
      undefined,
    ]);
    expect(cutter.bytes).toBe(5);
  });

  it("recognizes the last part, even one that fills the buffer", async () => {
    expect(await cutterOf("abc", undefined).next(Buffer.alloc(4))).toMatchObject({ last: true });
    expect(await cutterOf("abc", 3).next(Buffer.alloc(3))).toMatchObject({ last: true });
    expect(await cutterOf("abcd", undefined).next(Buffer.alloc(2))).toMatchObject({ last: false });
  });

  it.each([4, 6])("fails at the end of 5 bytes when %d were declared", async (declared) => {
    const cutter = cutterOf("abcde", declared);
    await cutter.next(Buffer.alloc(3));

    await expect(cutter.next(Buffer.alloc(3))).rejects.toThrow(
      new SourceInterrupted(`got 5 of ${declared} declared bytes`),
    );
  });

  it("fails at more bytes than allowed", async () => {
    await expect(cutterOf("abc", undefined, 2).next(Buffer.alloc(4))).rejects.toThrow(
      VideoTooLarge,
    );
  });

  it("fails at more parts than S3 accepts", async () => {
    const cutter = cutterOf("a".repeat(MAX_PARTS + 1), undefined);
    const buffer = Buffer.alloc(1);
    for (let part = 1; part <= MAX_PARTS; part++) await cutter.next(buffer);

    await expect(cutter.next(buffer)).rejects.toThrow(VideoTooLarge);
  });
});
