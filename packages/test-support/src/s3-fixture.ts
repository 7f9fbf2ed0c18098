import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { startS3 } from "@akool-archiver/local-aws/s3/s3.ts";
import { S3Client } from "@aws-sdk/client-s3";

export const BUCKET = "videos-bucket";

/** A running S3 emulator in a directory of its own, with a real SDK client. */
export interface S3Fixture {
  root: string;
  videos: string;
  metadata: string;
  client: S3Client;
  endpoint: string;
  restart(whileStopped?: () => Promise<void>): Promise<void>;
  /** Files below the metadata directory, as paths from it. */
  leftovers(): Promise<string[]>;
  close(): Promise<void>;
}

export async function s3Fixture(): Promise<S3Fixture> {
  const root = await mkdtemp(join(tmpdir(), "s3-emulator-"));
  const metadata = join(root, "metadata");
  const start = () => startS3({ root, metadata, buckets: { [BUCKET]: "videos" } });
  let server = await start();
  const fixture: S3Fixture = {
    root,
    videos: join(root, "videos"),
    metadata,
    client: s3Client(server.endpoint),
    endpoint: server.endpoint,
    async restart(whileStopped) {
      await server.close();
      await whileStopped?.();
      server = await start();
      fixture.client.destroy();
      fixture.client = s3Client(server.endpoint);
      fixture.endpoint = server.endpoint;
    },
    async leftovers() {
      const entries = await readdir(metadata, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(metadata.length + 1));
    },
    async close() {
      fixture.client.destroy();
      await server.close();
      await rm(root, { recursive: true });
    },
  };
  return fixture;
}

function s3Client(endpoint: string): S3Client {
  return new S3Client({
    endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

export interface RawAnswer {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends a request that no SDK client would, byte for byte. */
export async function raw(
  endpoint: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer = "",
): Promise<RawAnswer> {
  const { hostname, port } = new URL(endpoint);
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const options = { hostname, port, method, path, headers, agent: false };
  const request = httpRequest(options, async (response) => {
    const received = await text(response);
    resolve({ status: response.statusCode, headers: response.headers, body: received });
  });
  request.on("error", reject);
  request.end(body);
  return promise;
}
