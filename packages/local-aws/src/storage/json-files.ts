import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type * as z from "zod/mini";
import { readJson, writeJson } from "./files.ts";

const SUFFIX = ".json";

/** A directory with one JSON file per record, which is made when it does not exist. */
export class JsonFiles<Schema extends z.ZodMiniType> {
  readonly #directory: string;
  readonly #schema: Schema;

  constructor(directory: string, schema: Schema) {
    this.#directory = directory;
    this.#schema = schema;
  }

  /** Every whole record; what a crash left half-written has another suffix and is passed over. */
  async load(): Promise<z.infer<Schema>[]> {
    await mkdir(this.#directory, { recursive: true });
    const names = await readdir(this.#directory);
    const records = await Promise.all(
      names
        .filter((name) => name.endsWith(SUFFIX))
        .map((name) => readJson(join(this.#directory, name), this.#schema)),
    );
    return records.filter((record) => record !== undefined);
  }

  /** Has replaced the record on disk when it resolves. */
  async save(name: string, record: z.infer<Schema>): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    await writeJson(this.#fileOf(name), record);
  }

  /** Removes a record; one that is not there counts as removed. */
  remove(name: string): Promise<void> {
    return rm(this.#fileOf(name), { force: true });
  }

  #fileOf(name: string): string {
    return join(this.#directory, `${name}${SUFFIX}`);
  }
}
