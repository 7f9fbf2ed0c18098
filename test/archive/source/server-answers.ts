import type { IncomingMessage, ServerResponse } from "node:http";
import { expect } from "vitest";
import { checksumOf, SMALL_PARTS } from "../copy/copy-fixture.ts";
import { type CopyTests, FILE } from "../copy/copy-tests.ts";

/** Without an upload: all of it is collected in memory. */
export const IN_MEMORY = { ...SMALL_PARTS, smallBytes: 20_000 };
export const SIZINGS = [
  ["in memory", IN_MEMORY],
  ["in parts", SMALL_PARTS],
] as const;

/** Copies the file, and finds it in the bucket alone. */
export async function expectCopied(given: CopyTests, sizing = SMALL_PARTS): Promise<void> {
  const copied = await given.copy({ sizing });
  expect(copied.video).toMatchObject({ bytes: FILE.length, checksum: checksumOf(FILE) });
  await given.expectStored(FILE);
}

export const rangeOf = (request: IncomingMessage) => request.headers.range;
export const partsOf = (request: IncomingMessage) => {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(rangeOf(request) ?? "") ?? [];
  const first = Number(from ?? 0);
  return { first, last: Math.min(Number(to ?? FILE.length - 1), FILE.length - 1) };
};

/** A part, with the headers that a test wants to see wrong. */
export function sendPart(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string | number>,
): true {
  const { first, last } = partsOf(request);
  response
    .writeHead(206, {
      etag: '"one"',
      "content-length": last - first + 1,
      "content-range": `bytes ${first}-${last}/${FILE.length}`,
      ...headers,
    })
    .end(FILE.subarray(first, last + 1));
  return true;
}

export const status =
  (code: number, headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(code, headers).end();
  };
