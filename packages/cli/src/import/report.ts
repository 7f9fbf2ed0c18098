import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Import } from "@akool-archiver/client";

/**
 * Writes an import's report, JSON Lines, into one file, which is whole or not there.
 *
 * @throws when a part of it cannot be fetched
 */
export async function saveReport(report: Import["report"], file: string, signal: AbortSignal) {
  const part = `${file}.part`;
  const output = createWriteStream(part);
  for (const { url } of report ?? []) {
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null) {
      throw new Error(`the report cannot be fetched (HTTP ${response.status})`);
    }
    await pipeline(Readable.fromWeb(response.body), output, { end: false, signal });
  }
  await new Promise<void>((resolve, reject) => {
    output.on("error", reject).end(resolve);
  });
  await rename(part, file);
}
