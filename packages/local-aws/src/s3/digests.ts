import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";

/** A CRC-32 over bytes while they stream by. */
export class RunningCrc32 {
  #crc = 0;

  update(bytes: Uint8Array) {
    this.#crc = crc32(bytes, this.#crc);
  }

  /** As S3 writes it. */
  base64(): string {
    return crc32Base64(this.#crc);
  }
}

/** What S3 computes over a body while it streams by. */
export class BodyDigest {
  #size = 0;
  readonly #crc32 = new RunningCrc32();
  readonly #md5 = createHash("md5");
  readonly #sha256: Hash | undefined;

  /**
   * @param withSha256 only a signed plain body claims one, and it costs as much as all other
   *   digests
   */
  constructor(withSha256: boolean) {
    this.#sha256 = withSha256 ? createHash("sha256") : undefined;
  }

  update(bytes: Uint8Array) {
    this.#size += bytes.length;
    this.#crc32.update(bytes);
    this.#md5.update(bytes);
    this.#sha256?.update(bytes);
  }

  /** Ends the computation; it can be called once. */
  finish() {
    return {
      size: this.#size,
      crc32: this.#crc32.base64(),
      md5: this.#md5.digest(),
      sha256: this.#sha256?.digest("hex"),
    };
  }
}

/** A CRC-32 as S3 writes it: four bytes, the highest first, in base64. */
function crc32Base64(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString("base64");
}

/** The checksum of checksums of a multipart upload: `<CRC-32 over the parts' CRC-32s>-<parts>`. */
export function compositeCrc32(partChecksums: readonly string[]): string {
  const bytes = Buffer.concat(partChecksums.map((checksum) => Buffer.from(checksum, "base64")));
  return `${crc32Base64(crc32(bytes))}-${partChecksums.length}`;
}

/** The ETag of a multipart upload: `<MD5 over the parts' MD5s>-<parts>`, without quotes. */
export function multipartEtag(partEtags: readonly string[]): string {
  const bytes = Buffer.concat(partEtags.map((etag) => Buffer.from(etag, "hex")));
  return `${createHash("md5").update(bytes).digest("hex")}-${partEtags.length}`;
}
