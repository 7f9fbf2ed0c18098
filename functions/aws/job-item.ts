import { createHash } from "node:crypto";
import { areUntold } from "#domain/job/companion-work.ts";
import type { Job } from "#domain/job/job.ts";
import { isEnded } from "#domain/job/job-status.ts";

/**
 * The status index has one partition a status and shard. A job enters and leaves each status once,
 * two index writes, so with 1,000 writes a second a partition the busiest status carries
 * 8 × 1,000 / 2 = 4,000 jobs a second; the time index, written once a job, carries 8,000.
 */
export const INDEX_SHARDS = 8;

/**
 * A job's attributes in its item, the key apart.
 *
 * @param retentionDays days after its end at which a record is deleted; 0 keeps it for ever
 * @param isNew whether the item is only now created
 */
export function jobAttributes(
  job: Job,
  retentionDays: number,
  isNew: boolean,
): Record<string, unknown> {
  const { videoModelId: _key, publishedSeq, ...attributes } = job;
  return {
    ...OPTIONAL_ATTRIBUTES,
    ...attributes,
    // Only `acknowledge` raises it later.
    ...(isNew && { publishedSeq }),
    ...indexKeys(job),
    expiresAt: expiresAt(job, retentionDays),
  };
}

/** Attributes that a later record may lack, and that are removed from the item then. */
const OPTIONAL_ATTRIBUTES = {
  attemptRetryCount: undefined,
  notFoundSince: undefined,
  videoGoneAt: undefined,
  lossEvidence: undefined,
  lastObservation: undefined,
  akool: undefined,
  creation: undefined,
  keyStem: undefined,
  copyRuns: undefined,
  copyClaims: undefined,
  doubtful: undefined,
  companions: undefined,
  companionsToldAt: undefined,
  companionAsks: undefined,
  companionRuns: undefined,
  companionsExpiryPublishedAt: undefined,
  archive: undefined,
  failure: undefined,
  fault: undefined,
  sweepAt: undefined,
  sweptOnlyToPublish: undefined,
  expiryPublishedAt: undefined,
  submission: undefined,
} satisfies { [K in keyof Job as undefined extends Job[K] ? K : never]: undefined };

/**
 * The keys of the indexes, spread by a hash of the id, so that none is a hot key. The sweeper's index
 * holds only jobs with a `sweepAt`, which is its sort key.
 */
export function indexKeys({ videoModelId, status, acceptedAt, sweepAt }: Job) {
  const shard = shardOf(videoModelId);
  return {
    statusShard: `${status}#${shard}`,
    timeShard: `all#${shard}`,
    sweepShard: sweepAt === undefined ? undefined : sweepShardOf(videoModelId),
    /** Unique, so that a listing can resume right after any job. */
    listKey: `${acceptedAt}#${videoModelId}`,
  };
}

export function sweepShardOf(videoModelId: string): string {
  return `sweep#${shardOf(videoModelId)}`;
}

function shardOf(videoModelId: string): number {
  return createHash("sha256").update(videoModelId).digest().readUInt8(0) % INDEX_SHARDS;
}

/** DynamoDB's TTL in epoch seconds, for records of ended jobs of which nothing is missing any more. */
function expiresAt(job: Job, retentionDays: number): number | undefined {
  if (retentionDays === 0 || !isEnded(job.status)) return undefined;
  if (job.status === "archived" && areUntold(job)) return undefined;
  return Math.floor(Date.parse(job.updatedAt) / 1000) + retentionDays * 86_400;
}
