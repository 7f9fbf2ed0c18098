import "#runtime/small-semi-space.ts";
import { S3Client } from "@aws-sdk/client-s3";
import { createVideoCopier } from "#archive/copy/copy-video.ts";
import { downloadPolicy } from "#archive/source/download-guard.ts";
import { BENCH_BUCKET, type CopyFunction } from "../copy-function.ts";

/** The copier as the function ArchiveVideo sets it up. */
export const copy: CopyFunction = async ({ url, bytes, key }) => {
  const copier = createVideoCopier({
    s3: new S3Client(),
    policy: downloadPolicy("", url),
    maxBytes: bytes,
  });
  const place = { bucket: BENCH_BUCKET, key };
  // As most copies are: a first run.
  const claim = { first: true, toReplace: async () => {} };
  await copier.copy(url, place, AbortSignal.timeout(600_000), claim);
};
