import { S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { BENCH_BUCKET, type CopyFunction } from "../copy-function.ts";

/** The AWS SDK's managed upload with its defaults, fed by one fetch. */
export const copy: CopyFunction = async ({ url, key }) => {
  const { body } = await fetch(url);
  if (body === null) throw new Error("no body");
  const params = { Bucket: BENCH_BUCKET, Key: key, Body: body, ContentType: "video/mp4" };
  await new Upload({ client: new S3Client(), params }).done();
};
