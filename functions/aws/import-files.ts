import { Readable } from "node:stream";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import * as z from "zod/mini";
import type { ImportSource } from "#domain/imports/import-source.ts";

/** The source of an import does not exist, or may not be read. */
export class ImportSourceUnreadable extends Error {
  override readonly name = "ImportSourceUnreadable";
}

/** The body of an object, and how long it is. */
interface OpenedObject {
  bytes: number;
  body: AsyncIterable<Uint8Array>;
}

/** What the functions of an import read and write in S3. */
export interface ImportFiles {
  /** @throws ImportSourceUnreadable when the object does not exist, or may not be read */
  open(object: ImportSource): Promise<OpenedObject>;
  /** Writes a text of any length, with a few parts in memory. */
  write(object: ImportSource, text: AsyncIterable<string>): Promise<void>;
}

export function createImportFiles(s3: S3Client): ImportFiles {
  return {
    async open({ bucket, key }) {
      const get = new GetObjectCommand({ Bucket: bucket, Key: key });
      const { Body, ContentLength } = await s3.send(get).catch(asUnreadable);
      return { bytes: ContentLength ?? 0, body: z.instanceof(Readable).parse(Body) };
    },
    async write({ bucket, key }, text) {
      const Body = Readable.from(buffered(text), { objectMode: false });
      const params = { Bucket: bucket, Key: key, Body, ContentType: "application/jsonl" };
      await new Upload({ client: s3, params }).done();
    },
  };
}

const ELSEWHERE = "the source's bucket is in another region than this stack";

/** S3's errors for a source that cannot be read as it is; another try would not help. */
const FAULTS_OF_THE_SOURCE: Readonly<Record<string, string>> = {
  NoSuchBucket: "the source's bucket is not there",
  PermanentRedirect: ELSEWHERE,
  AuthorizationHeaderMalformed: ELSEWHERE,
  InvalidObjectState: "the source is in a storage class that has to be restored first",
  // S3 denies access to a missing object if the reader may not list the bucket.
  AccessDenied: "the source, or the key that encrypts it, is not there or may not be read",
  NoSuchKey: "the source is not there",
};

function asUnreadable(error: unknown): never {
  const name = error instanceof Error ? error.name : "";
  const fault = FAULTS_OF_THE_SOURCE[name];
  if (fault !== undefined) throw new ImportSourceUnreadable(`${fault} (${name})`, { cause: error });
  if (name.startsWith("KMS.")) {
    const problem = `the key that encrypts the source is of no use (${name})`;
    throw new ImportSourceUnreadable(problem, { cause: error });
  }
  throw error;
}

const BUFFER_CHARACTERS = 64 * 1024;

/** Joins short texts, because a stream is slow with many small chunks. */
async function* buffered(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let gathered = "";
  for await (const text of texts) {
    gathered += text;
    if (gathered.length < BUFFER_CHARACTERS) continue;
    yield Buffer.from(gathered);
    gathered = "";
  }
  if (gathered !== "") yield Buffer.from(gathered);
}
