import type { Archiver } from "@akool-archiver/client";
import type { StackOutputs } from "../target/stack.ts";

/** Where links to the stack's videos lead, as S3 names its buckets; undefined where that is not known. */
export function bucketOrigin(
  outputs: StackOutputs,
  region: string | undefined,
): string | undefined {
  const { BucketName } = outputs;
  if (BucketName === undefined || region === undefined) return undefined;
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://${BucketName}.s3.${region}.${suffix}`;
}

/**
 * Where a link of the API does lead, by the newest archived video: for an API of which nothing but its
 * address is known, and for buckets behind another endpoint.
 *
 * @returns undefined when there is no video yet, or no answer
 */
export async function linkedOrigin(
  archiver: Pick<Archiver, "listJobs" | "getVideo">,
): Promise<string | undefined> {
  try {
    const { jobs } = await archiver.listJobs({ status: "archived", limit: 1 });
    const [newest] = jobs;
    if (newest === undefined) return undefined;
    return new URL((await archiver.getVideo(newest.videoModelId)).url).origin;
  } catch {
    return undefined;
  }
}
