import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ExecutionRecord, parseRecord } from "./execution-record.ts";

/** Where executions are kept, so that they survive this process. */
export interface ExecutionStore {
  load(): Promise<ExecutionRecord[]>;
  /** The record is on disk when it resolves. Calls for one execution never overlap. */
  save(record: ExecutionRecord): Promise<void>;
}

/** A file of the store does not hold what was written there. */
export class DamagedExecution extends Error {
  override readonly name = "DamagedExecution";
}

const TEMPORARY_SUFFIX = ".tmp";
const RECORD_SUFFIX = ".json";

/**
 * A store with one JSON file per execution, `<directory>/<execution name>.json`. A file is replaced
 * as a whole: a crash leaves either the old record or the new one.
 *
 * @param directory made when it does not exist
 */
export function fileStore(directory: string): ExecutionStore {
  return {
    async load() {
      await mkdir(directory, { recursive: true });
      const names = await readdir(directory);
      const halfWritten = names.filter((name) => name.endsWith(TEMPORARY_SUFFIX));
      await Promise.all(halfWritten.map((name) => rm(join(directory, name))));
      const records = names.filter((name) => name.endsWith(RECORD_SUFFIX));
      return Promise.all(records.map((name) => loadRecord(join(directory, name))));
    },
    async save(record) {
      await mkdir(directory, { recursive: true });
      const file = join(directory, `${record.name}${RECORD_SUFFIX}`);
      // Flushed before it is renamed: after a power cut the name must not lead to an empty file.
      await writeFile(`${file}${TEMPORARY_SUFFIX}`, JSON.stringify(record), { flush: true });
      await rename(`${file}${TEMPORARY_SUFFIX}`, file);
    },
  };
}

async function loadRecord(file: string): Promise<ExecutionRecord> {
  try {
    return parseRecord(await readFile(file, "utf8"));
  } catch (error) {
    throw new DamagedExecution(`${file} cannot be read as an execution: move it away to go on`, {
      cause: error,
    });
  }
}
