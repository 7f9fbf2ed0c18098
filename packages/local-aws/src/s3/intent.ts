import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { readJson, sizeOfFile, writeJson } from "../storage/files.ts";
import type { Layout } from "./layout.ts";
import { objectRecord } from "./object-record.ts";

/**
 * What is about to happen to an object, recorded before its file is renamed into place. An object
 * and its record are two files and cannot change in one step. After a crash: if `source` still
 * exists, nothing has happened; otherwise the record must be written.
 */
const intentSchema = z.object({
  bucket: z.string(),
  record: objectRecord,
  /** Path of the bytes before the rename, from the metadata directory. */
  source: z.string(),
  /** Directory of the multipart upload that the object came from, likewise. */
  upload: z.optional(z.string()),
});

export type Intent = z.infer<typeof intentSchema>;

/** Completes the intent after the rename. */
export async function finishIntent(layout: Layout, intentPath: string, intent: Intent) {
  await writeJson(layout.recordOf(intent.bucket, intent.record.key), intent.record);
  if (intent.upload !== undefined) {
    await rm(join(layout.metadata, intent.upload), { recursive: true, force: true });
  }
  await rm(intentPath);
}

/** Completes what a crash interrupted, and deletes leftovers. */
export async function recover(layout: Layout) {
  for (const name of await readdir(layout.intents)) {
    const path = join(layout.intents, name);
    const intent = await readIntent(path);
    const renamed =
      intent !== undefined &&
      (await sizeOfFile(join(layout.metadata, intent.source))) === undefined;
    await (renamed ? finishIntent(layout, path, intent) : rm(path));
  }
  await rm(layout.temporary, { recursive: true, force: true });
  await layout.makeDirectories();
}

/** A half-written intent has another suffix, and was written before any rename. */
async function readIntent(path: string): Promise<Intent | undefined> {
  return path.endsWith(".json") ? readJson(path, intentSchema) : undefined;
}
