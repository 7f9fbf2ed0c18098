import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { startS3 } from "@akool-archiver/local-aws/s3/s3.ts";
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { createVideoCopier, type VideoCopierOptions } from "#archive/copy/copy-video.ts";
import { downloadPolicy } from "#archive/source/download-guard.ts";
import { type ObjectPlace, videoPlace } from "#archive/upload/places.ts";

export const BUCKET = "videos";

/** Small parts, so that small videos have many. */
export const SMALL_PARTS = {
  partBytes: 1_600,
  connections: 4,
  bufferBytes: 6_400,
  smallBytes: 1_600,
};

/** The S3 emulator with the video copier before it. */
export interface CopyFixture {
  s3: S3Client;
  endpoint: string;
  /** Another client of the same store, or of what stands before it, for a test that meddles with it. */
  newClient(maxAttempts?: number, endpoint?: string): S3Client;
  copier(
    origin: string,
    options?: Partial<VideoCopierOptions>,
  ): ReturnType<typeof createVideoCopier>;
  newPlace(): ObjectPlace;
  /** Keys of objects, and ids of open uploads. */
  leftovers(place: ObjectPlace): Promise<string[]>;
  uploads(place: ObjectPlace): Promise<string[]>;
  stored(place: ObjectPlace): Promise<Buffer>;
  close(): Promise<void>;
}

export async function copyFixture(): Promise<CopyFixture> {
  const directory = await mkdtemp(join(tmpdir(), "copy-video-"));
  const store = await startS3({
    root: directory,
    metadata: join(directory, "s3"),
    buckets: { [BUCKET]: "videos" },
    minPartBytes: 1_000,
  });
  const s3 = s3Client(store.endpoint);
  let counter = 0;
  const uploads = async ({ key }: ObjectPlace) => {
    const command = new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: key });
    return ((await s3.send(command)).Uploads ?? []).flatMap(({ UploadId }) => UploadId ?? []);
  };
  return {
    s3,
    endpoint: store.endpoint,
    newClient: (maxAttempts, endpoint = store.endpoint) => s3Client(endpoint, maxAttempts),
    copier: (origin, options) =>
      createVideoCopier({
        s3,
        policy: downloadPolicy("", origin),
        maxBytes: 1e9,
        idleTimeoutMs: 60_000,
        sizing: SMALL_PARTS,
        retryDelayMs: () => 1,
        ...options,
      }),
    newPlace: () => videoPlace(BUCKET, `copy-${counter++}`),
    uploads,
    async leftovers(place) {
      const listing = new ListObjectsV2Command({ Bucket: BUCKET, Prefix: place.key });
      const { Contents } = await s3.send(listing);
      return [...(Contents ?? []).map(({ Key }) => String(Key)), ...(await uploads(place))];
    },
    async stored({ key }) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    async close() {
      s3.destroy();
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

function s3Client(endpoint: string, maxAttempts = 1): S3Client {
  return new S3Client({
    endpoint,
    region: "eu-central-1",
    maxAttempts,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
}

/** A file that begins like a video, of which no two places are the same. */
export function video(bytes: number, seed = 1): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let index = 0; index < words.length; index++)
    words[index] = Math.imul(index + seed, 0x9e3779b1);
  const file = Buffer.from(words.buffer, 0, bytes);
  file.write("\0\0\0\x18ftypisom", 0, "latin1");
  return file;
}

/** `crc32:` and base64, as the store gives it for a whole object. */
export function checksumOf(file: Buffer): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(file));
  return `crc32:${sum.toString("base64")}`;
}

/** Lets every call of one operation fail, or answer something else, after it was carried out. */
export function intercept(s3: S3Client, commandName: string, act: (output: object) => void): void {
  s3.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context.commandName === commandName) act(result.output);
      return result;
    },
    { step: "initialize" },
  );
}
