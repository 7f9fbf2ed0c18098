import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import { LOCAL_CLIENT } from "../http/local-client.ts";
import { TaskFailure } from "./task.ts";

/** What a distributed Map reads and writes in S3. */
export interface MapFiles {
  /** Each line of the object, parsed. @throws TaskFailure States.ItemReaderFailed */
  items(bucket: string, key: string): AsyncIterable<unknown>;
  /** @throws TaskFailure States.ResultWriterFailed */
  put(bucket: string, key: string, content: { text: string } | { file: string }): Promise<void>;
}

/** @param endpoint as in `AWS_ENDPOINT_URL_S3` */
export function mapFiles(endpoint: string): MapFiles {
  const s3 = new S3Client({
    endpoint,
    ...LOCAL_CLIENT,
  });
  return {
    async *items(bucket, key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        const input = z.instanceof(Readable).parse(Body);
        for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
          yield JSON.parse(line);
        }
      } catch (error) {
        throw new TaskFailure("States.ItemReaderFailed", String(error));
      }
    },
    async put(bucket, key, content) {
      try {
        await s3.send(
          new PutObjectCommand({ Bucket: bucket, Key: key, ...(await bodyOf(content)) }),
        );
      } catch (error) {
        throw new TaskFailure("States.ResultWriterFailed", String(error));
      }
    },
  };
}

async function bodyOf(content: { text: string } | { file: string }) {
  if ("text" in content) return { Body: content.text };
  const { size } = await stat(content.file);
  return { Body: createReadStream(content.file), ContentLength: size };
}
