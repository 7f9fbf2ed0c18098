import { createReadStream } from "node:fs";
import { crc32 } from "node:zlib";

/** The record's form of a file's checksum: `crc32:` and base64 of four bytes, the highest first. */
export async function checksumOf(file: string): Promise<string> {
  let sum = 0;
  for await (const chunk of createReadStream(file)) sum = crc32(chunk, sum);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return `crc32:${bytes.toString("base64")}`;
}
