import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineCrc32, crc32FromBase64, crc32ToBase64 } from "#archive/upload/crc32.ts";

const bytes = fc.uint8Array({ maxLength: 300 });

describe("combining CRC-32s", () => {
  it("gives the CRC-32 of the parts one after the other, wherever they were cut", () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 8 }), (parts) => {
        const combined = parts.reduce(
          (crc, part) => combineCrc32(crc, crc32(part), part.length),
          0,
        );

        expect(combined).toBe(crc32(Buffer.concat(parts)));
      }),
    );
  });

  it("is right beyond 4 GiB, where lengths do not fit into 32 bits", { tags: ["long"] }, () => {
    const zeros = Buffer.alloc(64 * 1024 * 1024);
    let byCounting = crc32("video");
    for (let block = 0; block < 65; block++) byCounting = crc32(zeros, byCounting);
    let ofZeros = 0;
    for (let block = 0; block < 65; block++) ofZeros = crc32(zeros, ofZeros);

    expect(combineCrc32(crc32("video"), ofZeros, 65 * zeros.length)).toBe(byCounting);
  });
});

describe("a CRC-32 as S3 writes it", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (crc) => {
        expect(crc32FromBase64(crc32ToBase64(crc))).toBe(crc);
      }),
    );
  });

  it("has its highest byte first", () => {
    expect(crc32ToBase64(0x01020304)).toBe("AQIDBA==");
  });

  it.each(["", "AQID", "AQIDBAU="])("is none in %j", (text) => {
    expect(crc32FromBase64(text)).toBeUndefined();
  });
});
