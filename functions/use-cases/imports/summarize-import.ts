import { text } from "node:stream/consumers";
import * as z from "zod/mini";
import type { ImportFiles } from "#aws/import-files.ts";
import {
  type ImportSummary,
  lineResultSchema,
  noOutcomes,
  type OutcomeCounts,
} from "#domain/imports/import.ts";
import type { ImportSource } from "#domain/imports/import-source.ts";
import { readLines } from "#domain/imports/line-reader.ts";

/** The manifest names the files that hold the results. Source: Step Functions, ResultWriter. */
const manifestSchema = z.object({
  ResultFiles: z.object({ SUCCEEDED: z.array(z.object({ Key: z.string(), Size: z.number() })) }),
});

/**
 * Counts the outcomes in the report. A line missing from it was in a batch whose function failed in
 * every try: it counts as not started, so that the counts add up to all lines.
 */
export async function summarizeImport(
  { files }: { files: ImportFiles },
  { lines, manifest }: { lines: number; manifest: ImportSource },
): Promise<ImportSummary> {
  const { bucket } = manifest;
  const written = await text((await files.open(manifest)).body);
  const { ResultFiles } = manifestSchema.parse(JSON.parse(written));
  const outcomes = noOutcomes();
  for (const { Key: key } of ResultFiles.SUCCEEDED) {
    await count(outcomes, (await files.open({ bucket, key })).body);
  }
  const reported = Object.values(outcomes).reduce((sum, number) => sum + number, 0);
  outcomes.not_started += Math.max(0, lines - reported);
  const report = ResultFiles.SUCCEEDED.map(({ Key, Size }) => ({ bucket, key: Key, bytes: Size }));
  return { lines, outcomes, report };
}

async function count(outcomes: OutcomeCounts, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const line of readLines(body)) {
    if (!("text" in line)) throw new TypeError(`line ${line.line} of the report: ${line.problem}`);
    outcomes[lineResultSchema.parse(JSON.parse(line.text)).outcome] += 1;
  }
}
