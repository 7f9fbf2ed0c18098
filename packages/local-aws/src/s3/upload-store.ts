import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isMissing, readJson, writeJson } from "../storage/files.ts";
import { KeyedLock } from "../storage/keyed-lock.ts";
import type { Layout } from "./layout.ts";
import type { ReceivedBody } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";
import { type PartRecord, partRecord, type UploadRecord, uploadRecord } from "./upload-record.ts";

const UPLOAD_ID = /^[0-9a-f-]{36}$/;
const RECORD = "upload.json";
const PART_RECORD = /^part-\d{5}\.json$/;

export type NewUpload = Omit<UploadRecord, "uploadId" | "initiated" | "joining">;

/** Open multipart uploads: one directory each, with a record of the upload and one of every part. */
export class UploadStore {
  readonly #layout: Layout;
  readonly #lock = new KeyedLock();

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** @throws S3Error NoSuchBucket */
  async create(upload: NewUpload): Promise<UploadRecord> {
    this.#layout.directoryOf(upload.bucket);
    const uploadId = randomUUID();
    const record = { ...upload, uploadId, initiated: new Date().toISOString() };
    const directory = this.#layout.newTemporary();
    await mkdir(directory);
    await writeJson(join(directory, RECORD), record);
    await rename(directory, this.directoryOf(uploadId));
    return record;
  }

  directoryOf(uploadId: string): string {
    return this.#layout.uploadOf(uploadId);
  }

  /** Runs work that changes an upload, with nothing else changing that upload meanwhile. */
  exclusively<Result>(uploadId: string, work: () => Promise<Result>): Promise<Result> {
    return this.#lock.run(uploadId, work);
  }

  /** @throws S3Error NoSuchBucket, NoSuchUpload */
  async find(bucket: string, key: string, uploadId: string): Promise<UploadRecord> {
    this.#layout.directoryOf(bucket);
    const upload = UPLOAD_ID.test(uploadId) ? await this.#read(uploadId) : undefined;
    if (upload?.bucket !== bucket || upload.key !== key) {
      throw noSuchUpload();
    }
    return upload;
  }

  async save(upload: UploadRecord) {
    await writeJson(join(this.directoryOf(upload.uploadId), RECORD), upload);
  }

  /**
   * Receives a part into the upload's directory; an earlier part of the same number is replaced.
   *
   * @param receive streams the bytes into the file that it is told
   * @throws S3Error NoSuchUpload, also when the upload is aborted meanwhile; OperationAborted once
   *   its parts are being joined
   */
  async addPart(
    upload: UploadRecord,
    partNumber: number,
    receive: (path: string) => Promise<ReceivedBody>,
  ): Promise<PartRecord> {
    const directory = this.directoryOf(upload.uploadId);
    const file = `${randomUUID()}.part`;
    try {
      const body = await receive(join(directory, file));
      requireChecksum(upload, body);
      const part = { ...body, partNumber, file, lastModified: new Date().toISOString() };
      return await this.exclusively(upload.uploadId, () => this.#register(upload, part));
    } catch (error) {
      await rm(join(directory, file), { force: true });
      throw isMissing(error) ? noSuchUpload() : error;
    }
  }

  /** The parts received so far, by number. */
  async parts(uploadId: string): Promise<PartRecord[]> {
    const directory = this.directoryOf(uploadId);
    const names = (await readdir(directory)).filter((name) => PART_RECORD.test(name)).sort();
    const parts = await Promise.all(
      names.map((name) => readJson(join(directory, name), partRecord)),
    );
    return parts.filter((part) => part !== undefined);
  }

  /**
   * Deletes an upload and its bytes. It is moved away first, so that parts that still arrive cannot
   * revive it.
   */
  async abort(uploadId: string) {
    const grave = this.#layout.newTemporary();
    await rename(this.directoryOf(uploadId), grave);
    await rm(grave, { recursive: true });
  }

  /** Open uploads of a bucket, by key and then by age, as S3 lists them. */
  async list(bucket: string, prefix: string): Promise<UploadRecord[]> {
    this.#layout.directoryOf(bucket);
    const names = await readdir(this.#layout.uploads);
    const uploads = await Promise.all(names.map((name) => this.#read(name)));
    return uploads
      .filter((upload) => upload !== undefined)
      .filter((upload) => upload.bucket === bucket && upload.key.startsWith(prefix))
      .sort((a, b) => compare(a.key, b.key) || compare(a.initiated, b.initiated));
  }

  async #register(upload: UploadRecord, part: PartRecord): Promise<PartRecord> {
    const { joining } = await this.find(upload.bucket, upload.key, upload.uploadId);
    if (joining !== undefined) {
      throw new S3Error("OperationAborted", "The parts of this upload are being joined.");
    }
    const directory = this.directoryOf(upload.uploadId);
    const name = `part-${String(part.partNumber).padStart(5, "0")}.json`;
    const previous = await readJson(join(directory, name), partRecord);
    await writeJson(join(directory, name), part);
    if (previous !== undefined) {
      await rm(join(directory, previous.file), { force: true });
    }
    return part;
  }

  #read(uploadId: string): Promise<UploadRecord | undefined> {
    return readJson(join(this.directoryOf(uploadId), RECORD), uploadRecord);
  }
}

/** As in S3: an upload that was created with a checksum needs one with every part. */
function requireChecksum(upload: UploadRecord, body: ReceivedBody) {
  if (upload.checksumType !== undefined && body.crc32 === undefined) {
    throw new S3Error(
      "InvalidRequest",
      "Checksum Type mismatch occurred, expected checksum Type: crc32, actual checksum Type: null",
    );
  }
}

function noSuchUpload(): S3Error {
  return new S3Error("NoSuchUpload", "The specified multipart upload does not exist.");
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
