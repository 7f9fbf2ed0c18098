import { assertLeadingBox, BOX_HEADER_BYTES } from "./content-check.ts";

/** How many of a file's first bytes are kept for the look at it; fewer only of a smaller file. */
export const HEAD_BYTES = 64 * 1024;

/** A file whose bytes have all been fetched, and of which there is no object yet. */
export interface FetchedFile {
  totalBytes: number;
  /** Its first bytes, as they were sent to the store. */
  head: Buffer;
}

/**
 * The last look at a file before the store makes an object of it, the same for one that was collected
 * in memory, fetched in parts, or cut from a stream.
 *
 * @throws NotAVideo
 */
export async function inspectFile({ head }: FetchedFile): Promise<void> {
  assertLeadingBox(head.subarray(0, BOX_HEADER_BYTES));
}
