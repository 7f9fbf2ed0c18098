import type { Readable } from "node:stream";

/** The body is longer than the service reads into memory. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";

  constructor(limitBytes: number) {
    super(`The request body is longer than ${limitBytes} bytes.`);
  }
}

/**
 * Reads a small body whole, as UTF-8.
 *
 * @throws BodyTooLarge beyond `limitBytes`
 */
export async function readBody(request: Readable, limitBytes: number): Promise<string> {
  return (await readBytes(request, limitBytes)).toString("utf8");
}

/**
 * Reads a small body whole.
 *
 * @throws BodyTooLarge beyond `limitBytes`
 */
export async function readBytes(request: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limitBytes) {
      throw new BodyTooLarge(limitBytes);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
