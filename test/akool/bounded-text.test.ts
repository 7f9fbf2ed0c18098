import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { boundedText } from "#akool/bounded-text.ts";

const MEBIBYTE = 1_048_576;

describe("the text of an answer", () => {
  it("is joined from its chunks, even if one ends within a character", async () => {
    const bytes = new TextEncoder().encode("Zürich");
    const pieces = ReadableStream.from([bytes.slice(0, 2), bytes.slice(2)]);

    expect(await boundedText(new Response(pieces))).toBe("Zürich");
  });

  it.each([
    ["UTF-8", Buffer.from("\uFEFF{é}")],
    ["UTF-16, little end first", Buffer.from("\uFEFF{é}", "utf16le")],
    ["UTF-16, big end first", Buffer.from("\uFEFF{é}", "utf16le").swap16()],
  ])("is read by its byte order mark: %s", async (_, bytes) => {
    expect(await boundedText(new Response(bytes))).toBe("{é}");
  });

  it("is decompressed by its bytes, whatever the headers say", async () => {
    const packed = gzipSync(Buffer.from("\uFEFF{é}", "utf16le"));

    expect(await boundedText(new Response(packed))).toBe("{é}");
    expect((await boundedText(new Response(packed.subarray(0, 15)))).length).toBeGreaterThan(0);
    await expect(
      boundedText(new Response(gzipSync(Buffer.alloc(MEBIBYTE + 1)))),
    ).rejects.toMatchObject({ name: "AkoolBodyTooLarge" });
  });

  it("is empty when the answer has no body", async () => {
    expect(await boundedText(new Response(null, { status: 204 }))).toBe("");
  });

  it("may be 1 MiB long, and not a byte more", async () => {
    const longest = await boundedText(new Response("x".repeat(MEBIBYTE)));

    expect(longest).toHaveLength(MEBIBYTE);
    await expect(boundedText(new Response("x".repeat(MEBIBYTE + 1)))).rejects.toMatchObject({
      name: "AkoolBodyTooLarge",
    });
  });
});
