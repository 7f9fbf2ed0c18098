import { createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { MapRun } from "../step-functions/map-runs.ts";
import type { MapFiles } from "./map-files.ts";
import type { ChildOutcome, MapJournal } from "./map-journal.ts";

export interface MapResults {
  files: MapFiles;
  /** For files on their way to S3. */
  directory: string;
  journal: MapJournal;
  run: MapRun;
  writer: { Bucket: string; Prefix: string };
}

type Status = ChildOutcome["status"];

/**
 * Writes the children's outcomes, one file per status, as `ResultWriter` does with JSONL and
 * FLATTEN: each element of a result is one line, failures are written as they are. The manifest
 * comes last.
 *
 * @returns where the manifest is
 */
export async function writeMapResults(results: MapResults) {
  const { files, run, writer } = results;
  const folder = `${writer.Prefix}/${run.mapRunArn.slice(run.mapRunArn.lastIndexOf(":") + 1)}`;
  const manifest = {
    DestinationBucket: writer.Bucket,
    MapRunArn: run.mapRunArn,
    ResultFiles: {
      FAILED: await writeStatus(results, folder, "FAILED"),
      PENDING: [],
      SUCCEEDED: await writeStatus(results, folder, "SUCCEEDED"),
    },
  };
  const Key = `${folder}/manifest.json`;
  await files.put(writer.Bucket, Key, { text: JSON.stringify(manifest) });
  return { Bucket: writer.Bucket, Key };
}

async function writeStatus(
  { files, directory, journal, run, writer }: MapResults,
  folder: string,
  status: Status,
): Promise<{ Key: string; Size: number }[]> {
  const name = `${status}_0.jsonl`;
  const file = join(
    directory,
    `${run.mapRunArn.slice(run.mapRunArn.lastIndexOf(":") + 1)}.${name}`,
  );
  await pipeline(Readable.from(linesOf(journal, status)), createWriteStream(file));
  const { size } = await stat(file);
  const Key = `${folder}/${name}`;
  if (size > 0) await files.put(writer.Bucket, Key, { file });
  await rm(file);
  return size > 0 ? [{ Key, Size: size }] : [];
}

async function* linesOf(journal: MapJournal, status: Status): AsyncGenerator<string> {
  for await (const outcome of journal.outcomes()) {
    if (outcome.status !== status) continue;
    const elements = outcome.status === "FAILED" ? [outcome] : [outcome.output].flat();
    yield elements.map((element) => `${JSON.stringify(element)}\n`).join("");
  }
}
