import type { FileHandle } from "node:fs/promises";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode, isMissing, readJson, sizeOfFile, writeJson } from "../storage/files.ts";
import { KeyedLock } from "../storage/keyed-lock.ts";
import { finishIntent, type Intent } from "./intent.ts";
import type { Layout } from "./layout.ts";
import { type ObjectRecord, objectRecord } from "./object-record.ts";
import { S3Error } from "./s3-error.ts";
import { requireCondition, type WriteCondition } from "./write-condition.ts";

/** What `commit` needs besides an object's bytes and record. */
interface Commit {
  condition?: WriteCondition | undefined;
  /** Directory of the multipart upload that ends with this. */
  upload?: string;
}

/**
 * Objects as plain files, with their records beside. An object exists when both its file and its
 * record do: deleting the file by hand deletes the object, and a file added by hand is not one.
 */
export class ObjectStore {
  readonly #layout: Layout;
  readonly #lock = new KeyedLock();

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** @throws S3Error NoSuchBucket, NoSuchKey; InternalError when the file was changed by hand */
  async find(bucket: string, key: string): Promise<ObjectRecord> {
    const opened = await this.open(bucket, key);
    await opened.file.close();
    return opened.record;
  }

  /** Opens an object's bytes together with the record that belongs to them. Errors as in `find`. */
  open(bucket: string, key: string): Promise<{ record: ObjectRecord; file: FileHandle }> {
    const path = this.#layout.fileOf(bucket, key);
    return this.#lock.run(path, async () => {
      const record = await readJson(this.#layout.recordOf(bucket, key), objectRecord);
      if (record === undefined) {
        throw noSuchKey();
      }
      const file = await openFile(path);
      const { size } = await file.stat();
      if (size !== record.size) {
        await file.close();
        throw new S3Error(
          "InternalError",
          `The file ${path} was changed; delete it and try again.`,
        );
      }
      return { record, file };
    });
  }

  /**
   * Makes the file `source` the object in one rename, which replaces older bytes.
   *
   * @throws S3Error PreconditionFailed, NoSuchKey: the condition does not hold, and nothing changes
   */
  commit(
    bucket: string,
    record: ObjectRecord,
    source: string,
    { condition, upload }: Commit,
  ): Promise<void> {
    const path = this.#layout.fileOf(bucket, record.key);
    return this.#lock.run(path, async () => {
      await this.require(condition, bucket, record.key);
      const intentPath = this.#layout.newIntent();
      const intent: Intent = {
        bucket,
        record,
        source: this.#layout.portable(source),
        ...(upload !== undefined && { upload: this.#layout.portable(upload) }),
      };
      await writeJson(intentPath, intent);
      try {
        await mkdir(dirname(path), { recursive: true });
        await rename(source, path);
      } catch (error) {
        await rm(intentPath);
        throw asFolderConflict(error, record.key);
      }
      await finishIntent(this.#layout, intentPath, intent);
    });
  }

  /**
   * Checks whether a write would be accepted now; `commit` checks again.
   *
   * @throws S3Error PreconditionFailed, NoSuchKey
   */
  async require(condition: WriteCondition | undefined, bucket: string, key: string): Promise<void> {
    if (condition !== undefined) requireCondition(condition, await this.#present(bucket, key));
  }

  /** Deletes an object; a missing one counts as deleted, as in S3. */
  remove(bucket: string, key: string): Promise<void> {
    const path = this.#layout.fileOf(bucket, key);
    return this.#lock.run(path, async () => {
      const recordPath = this.#layout.recordOf(bucket, key);
      if ((await readJson(recordPath, objectRecord)) === undefined) {
        return;
      }
      await rm(path, { force: true });
      await rm(recordPath);
    });
  }

  async #present(bucket: string, key: string): Promise<ObjectRecord | undefined> {
    const hasFile = (await sizeOfFile(this.#layout.fileOf(bucket, key))) !== undefined;
    return hasFile ? readJson(this.#layout.recordOf(bucket, key), objectRecord) : undefined;
  }

  /** Every object whose key starts with `prefix`, in the order of UTF-8 bytes. */
  async list(bucket: string, prefix: string): Promise<ObjectRecord[]> {
    this.#layout.directoryOf(bucket);
    const directory = this.#layout.recordsOf(bucket);
    const found: ObjectRecord[] = [];
    for (const name of await readdir(directory)) {
      const record = await readJson(join(directory, name), objectRecord);
      if (!record?.key.startsWith(prefix)) {
        continue;
      }
      if ((await sizeOfFile(this.#layout.fileOf(bucket, record.key))) !== undefined) {
        found.push(record);
      }
    }
    return found.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    throw isMissing(error) ? noSuchKey() : error;
  }
}

function noSuchKey(): S3Error {
  return new S3Error("NoSuchKey", "The specified key does not exist.");
}

/** S3 may hold both `a` and `a/b`; a file system cannot. */
function asFolderConflict(error: unknown, key: string): unknown {
  return hasCode(error, "EISDIR", "ENOTDIR", "EEXIST", "ENOTEMPTY")
    ? new S3Error("NotImplemented", `${key} cannot be an object and a folder at once here.`)
    : error;
}
