import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import { gzipSync } from "node:zlib";
import type { ImportList, ImportRequest } from "@akool-archiver/client";
import { UsageError } from "../output/usage-error.ts";
import type { Session } from "../target/session.ts";
import { awsConfiguration } from "../target/stack.ts";

/** What `POST /imports` takes as a body. */
const MOST_BODY_BYTES = 1024 * 1024;
/** What packs into that comfortably: ids are hexadecimal, a quarter of that is likely. */
const MOST_PACKED_BYTES = 4 * 1024 * 1024;
const PROGRESS_MS = 200;
const MOST_BYTES = 1024 * 1024 * 1024;

export interface ImportOptions {
  readonly session: Session;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (text: string) => void;
}

/**
 * What to send for a file or an address: the list itself where it is small enough, packed or not;
 * otherwise where in the deployment's import bucket it lies, after it has been uploaded. A second go
 * finds what a first one has uploaded, by its content.
 *
 * @throws UsageError for a file that cannot be read, or cannot get there
 */
export async function importRequest(
  given: string,
  options: ImportOptions,
): Promise<ImportRequest | ImportList> {
  if (given.startsWith("s3://")) return { source: given };
  const bytes = await sizeOf(given);
  if (bytes === 0) throw new UsageError(`${given} is empty`);
  if (bytes > MOST_BYTES) throw new UsageError(`${given} has more than 1 GiB: split it`);
  if (bytes <= MOST_PACKED_BYTES) {
    const list = new Uint8Array(await readFile(given));
    if (bytes <= MOST_BODY_BYTES) return { contentType: typeOf(given, list), list };
    const packed = new Uint8Array(gzipSync(list));
    if (packed.byteLength <= MOST_BODY_BYTES)
      return { contentType: "application/gzip", list: packed };
  }
  return { source: await upload(given, bytes, options) };
}

/** The bytes decide what the list is, never this; but the API wants one of its types. */
function typeOf(file: string, list: Uint8Array): ImportList["contentType"] {
  if (list[0] === 0x1f && list[1] === 0x8b) return "application/gzip";
  if (extname(file) === ".csv") return "text/csv";
  return extname(file) === ".jsonl" ? "application/jsonl" : "text/plain";
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: unknown) => {
    throw new UsageError(
      `${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  });
  if (!found.isFile()) throw new UsageError(`${file} is no file`);
  return found.size;
}

async function upload(
  file: string,
  bytes: number,
  { session, environment, onProgress }: ImportOptions,
) {
  const { target, outputs, signal } = session;
  const bucket = outputs.ImportBucketName;
  if (target.kind !== "stack" || bucket === undefined) {
    throw new UsageError(
      `${file} is too large to send. Put it below imports/ of the deployment's import bucket ` +
        "(aws s3 cp), and import s3://<bucket>/imports/<name>; with --stack this command does so",
    );
  }
  const { HeadObjectCommand, PutObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
  const client = new S3Client(await awsConfiguration(target, environment));
  try {
    const key = `imports/${await digestOf(file)}${extname(file)}`;
    const there = await client
      .send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal })
      .catch(() => undefined);
    if (there?.ContentLength !== bytes) {
      const body = createReadStream(file);
      // Listening to the stream itself would take its data away from the client.
      const timer = setInterval(() => {
        onProgress(`uploading  ${Math.floor((100 * body.bytesRead) / bytes)} %`);
      }, PROGRESS_MS);
      const put = { Bucket: bucket, Key: key, Body: body, ContentLength: bytes };
      await client
        .send(new PutObjectCommand(put), { abortSignal: signal })
        .finally(() => clearInterval(timer));
    }
    return { bucket, key };
  } finally {
    client.destroy();
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex").slice(0, 32);
}
