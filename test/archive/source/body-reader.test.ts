import { PassThrough, Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SourceInterrupted } from "#archive/errors.ts";
import { BodyReader } from "#archive/source/body-reader.ts";

const readerOf = (body: Readable, signal = AbortSignal.timeout(100_000), idleTimeoutMs = 60_000) =>
  new BodyReader(body, { idleTimeoutMs, signal });

const FILE = Buffer.from("some bytes of a video, in order");

describe("reading a body into buffers", () => {
  it("gives the same bytes, however they were cut into chunks and buffers", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 40 }), async (cuts, bufferBytes) => {
        const chunks: Buffer[] = [];
        let rest = FILE;
        for (const cut of [...cuts, FILE.length]) {
          if (rest.length > 0) chunks.push(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        const reader = readerOf(Readable.from(chunks));
        const got: Buffer[] = [];
        for (;;) {
          const target = Buffer.alloc(bufferBytes);
          const length = await reader.read(target);
          got.push(target.subarray(0, length));
          if (length < bufferBytes) break;
        }

        expect(Buffer.concat(got)).toEqual(FILE);
      }),
    );
  });

  it("peeks without consuming", async () => {
    const reader = readerOf(Readable.from([Buffer.from("ab"), Buffer.from("cd")]));

    expect((await reader.peek(3)).toString()).toBe("abc");
    expect((await reader.peek(9)).toString()).toBe("abcd");
    const target = Buffer.alloc(4);
    expect(await reader.read(target)).toBe(4);
    expect(target.toString()).toBe("abcd");
    expect(await reader.peek(1)).toHaveLength(0);
  });

  it("fails when the source stalls", async () => {
    const body = new PassThrough();
    body.write("ab");
    const reader = readerOf(body, undefined, 40);

    await expect(reader.read(Buffer.alloc(4))).rejects.toThrow(
      new SourceInterrupted("no byte for 0.04 s"),
    );
    expect(body.destroyed).toBe(true);
  });

  it("does not mistake a slow reader for a stalled source", async () => {
    const body = new PassThrough();
    body.write("ab");
    const reader = readerOf(body, undefined, 40);
    await reader.read(Buffer.alloc(1));

    // Real time passes here on purpose: the reader is slow, not the source.
    await new Promise((resolve) => setTimeout(resolve, 150));
    body.end("cd");

    expect(await reader.read(Buffer.alloc(4))).toBe(3);
  });

  it("reports a body that broke off, even between two reads", async () => {
    const body = new PassThrough();
    const reader = readerOf(body);
    body.destroy(Object.assign(new Error("reset"), { code: "ECONNRESET" }));
    await new Promise((resolve) => setImmediate(resolve));

    await expect(reader.read(Buffer.alloc(1))).rejects.toThrow(
      new SourceInterrupted("the body broke off: ECONNRESET"),
    );
  });

  it("reports when it was ended from outside", async () => {
    const body = new PassThrough();
    const reader = readerOf(body, AbortSignal.abort());
    body.destroy(new Error("aborted"));

    await expect(reader.read(Buffer.alloc(1))).rejects.toThrow(
      new SourceInterrupted("the download took too long"),
    );
  });
});
