import { gunzipSync } from "node:zlib";

/** An answer of AKOOL has about 1 kB; nothing larger than this is one. */
const MAX_BODY_BYTES = 1_048_576;
const GZIP_MAGIC = 0x1f8b;

/**
 * Reads the text of an answer, in chunks of any size, in any Unicode encoding, and also with gzip.
 *
 * @throws AkoolBodyTooLarge
 */
export async function boundedText(response: {
  body: AsyncIterable<Uint8Array> | null;
}): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new AkoolBodyTooLarge();
    chunks.push(chunk);
  }
  const bytes = decompressed(Buffer.concat(chunks));
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** Some servers compress an answer without saying so; no text begins with these bytes. */
function decompressed(bytes: Buffer): Buffer {
  if (bytes.length < 2 || bytes.readUInt16BE(0) !== GZIP_MAGIC) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw new AkoolBodyTooLarge();
    return bytes;
  }
}

/** JSON is UTF-8; another encoding has a byte order mark. */
function encodingOf(bytes: Buffer): string {
  const mark = bytes.toString("latin1", 0, 2);
  if (mark === "\xff\xfe") return "utf-16le";
  return mark === "\xfe\xff" ? "utf-16be" : "utf-8";
}

/** The answer is larger than any answer of AKOOL's API. */
class AkoolBodyTooLarge extends Error {
  override readonly name = "AkoolBodyTooLarge";
}
