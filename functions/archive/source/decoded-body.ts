import { pipeline } from "node:stream/promises";
import { type BodyLimits, BodyReader } from "./body-reader.ts";
import { CODING_HEAD_BYTES, decoderOf } from "./content-coding.ts";
import type { OpenSource } from "./open-source.ts";

/** An answer, and what reads the file's own bytes from it. */
export interface ReadableSource<Source extends OpenSource> {
  source: Source;
  reader: BodyReader;
}

/**
 * Takes codings away that the answer names, if its bytes really are under them. Whatever comes out is
 * counted like any other body, so that a small answer cannot become a file over the cap. A coded body
 * marks its own end: a decoder fails without it.
 *
 * @throws SourceInterrupted
 */
export async function decodedBody<Source extends OpenSource>(
  source: Source,
  limits: BodyLimits,
): Promise<ReadableSource<Source>> {
  let reader = new BodyReader(source.body, limits);
  let isCoded = false;
  for (const coding of source.codings.toReversed()) {
    const decoder = decoderOf(coding, await reader.peek(CODING_HEAD_BYTES));
    if (decoder === undefined) continue;
    isCoded = true;
    // Its failure is the decoder's, and comes to whoever reads from that.
    pipeline(reader.chunks(), decoder).catch(() => {});
    reader = new BodyReader(decoder, limits);
  }
  if (!isCoded) return { source, reader };
  return { source: { ...source, totalBytes: undefined, endIsMarked: true }, reader };
}
