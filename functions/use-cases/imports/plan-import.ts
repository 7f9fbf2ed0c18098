import type { ImportFiles } from "#aws/import-files.ts";
import { readEntries } from "#domain/imports/entry-reader.ts";
import { type ImportSource, importKeys } from "#domain/imports/import-source.ts";
import { utf8Source } from "./utf8-source.ts";

/** About twenty million lines; the function that reads them has 15 minutes. */
const MAX_SOURCE_BYTES = 1024 ** 3;

/** The source has more bytes than one import takes. */
export class ImportTooLarge extends Error {
  override readonly name = "ImportTooLarge";
}

/** The source has no line that is not blank. */
export class EmptyImport extends Error {
  override readonly name = "EmptyImport";
}

export interface ImportPlan {
  /** Entries: lines that are not blank, values of a list, rows of a table. */
  lines: number;
  /** Where they lie, numbered, in the bucket for imports. */
  key: string;
  /** Below which the report is to be written. */
  report: string;
}

/**
 * Copies the source into lines that the distributed map can read, whatever they hold: each is JSON
 * with the line's number in the source and its text. (The map's own reader does not number lines,
 * and AWS does not document what it does with one that is not JSON.) From then on the import no
 * longer depends on the source. Decision 0040.
 *
 * @throws ImportSourceUnreadable, ImportTooLarge, EmptyImport
 */
export async function planImport(
  { files, bucket }: { files: ImportFiles; bucket: string },
  { importId, source }: { importId: string; source: ImportSource },
): Promise<ImportPlan> {
  const opened = await files.open(source);
  requireBearable(opened.bytes);
  const key = importKeys.lines(importId);
  let lines = 0;
  async function* numbered() {
    for await (const line of readEntries(limited(utf8Source(opened.body)))) {
      lines += 1;
      yield `${JSON.stringify(line)}\n`;
    }
  }
  await files.write({ bucket, key }, numbered());
  if (lines === 0) throw new EmptyImport("the source has no lines");
  return { lines, key, report: importKeys.report(importId) };
}

/** A few bytes of gzip can unpack to any size. */
async function* limited(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    requireBearable(total);
    yield chunk;
  }
}

function requireBearable(bytes: number): void {
  if (bytes <= MAX_SOURCE_BYTES) return;
  throw new ImportTooLarge(`the source has ${bytes} bytes or more, over ${MAX_SOURCE_BYTES}`);
}
