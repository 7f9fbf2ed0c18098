import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { type Job, jobSchema } from "#domain/job/job.ts";
import type { JobStatus } from "#domain/job/job-status.ts";
import { answerBytes, MAX_PAGE_BYTES } from "#domain/text/answer-size.ts";
import { INDEX_SHARDS } from "./job-item.ts";

interface JobQuery {
  status?: JobStatus | undefined;
  /** Jobs accepted at or after, and before, these instants (ISO 8601). */
  from?: string | undefined;
  to?: string | undefined;
  /** At most 100, which is what BatchGetItem takes. */
  limit: number;
  /** `listKey` of the job after which the page begins. */
  after?: string | undefined;
}

interface JobPage {
  /** As many as fit; fewer than `limit` if they are large. */
  jobs: Job[];
  /** Their size in an answer, with those that the status leaves out. */
  bytes: number;
  /** `listKey` of the last job that was read, if there may be more. */
  next: string | undefined;
}

/** Lists jobs, newest first, through the sharded indexes. Decision 0019. */
export interface JobList {
  page(query: JobQuery): Promise<JobPage>;
  /** The records of up to 100 jobs, as far as there are any. */
  read(videoModelIds: readonly string[]): Promise<ReadonlyMap<string, Job>>;
}

/**
 * Records in the first read, before their size is known: BatchGetItem would read up to 16 MB, of which
 * only the beginning fits into a page.
 */
const FIRST_READ = 25;

/** DynamoDB asks for a pause before unprocessed keys are requested again. */
const UNPROCESSED_PAUSE_MS = 50;

const keySchema = z.object({ videoModelId: z.string(), listKey: z.string() });
type Key = z.infer<typeof keySchema>;

/** The job list on DynamoDB. */
export function createJobList(client: DynamoDBClient, tableName: string): JobList {
  const documents = DynamoDBDocumentClient.from(client);
  return {
    read: (videoModelIds) => fetchJobs(documents, tableName, videoModelIds),
    async page(query) {
      const shards = Array.from({ length: INDEX_SHARDS }, (_, shard) =>
        queryShard(documents, tableName, query, shard),
      );
      const keys = (await Promise.all(shards)).flat().sort(newestFirst).slice(0, query.limit);
      const { jobs, bytes, read } = await readWithin(keys, (some) =>
        fetchJobs(
          documents,
          tableName,
          some.map(({ videoModelId }) => videoModelId),
        ),
      );
      // A job may have left the status between the two reads.
      const fitting = jobs.filter(({ status }) => [undefined, status].includes(query.status));
      const isLast = read === keys.length && keys.length < query.limit;
      return { jobs: fitting, bytes, next: isLast ? undefined : keys[read - 1]?.listKey };
    },
  };
}

/**
 * Reads the records of the keys until a page is full; the first record always fits.
 *
 * @returns `read` is the number of leading keys that the page covers
 */
async function readWithin(
  keys: readonly Key[],
  fetch: (some: readonly Key[]) => Promise<ReadonlyMap<string, Job>>,
) {
  const jobs: Job[] = [];
  let bytes = 0;
  let read = 0;
  let count = FIRST_READ;
  while (read < keys.length) {
    const some = keys.slice(read, read + count);
    const found = await fetch(some);
    for (const { videoModelId } of some) {
      const job = found.get(videoModelId);
      const size = job === undefined ? 0 : answerBytes(job);
      if (jobs.length > 0 && bytes + size > MAX_PAGE_BYTES) return { jobs, bytes, read };
      if (job !== undefined) jobs.push(job);
      bytes += size;
      read += 1;
    }
    // As many more as will fit, if they are as large as those before.
    count = Math.max(1, Math.floor(((MAX_PAGE_BYTES - bytes) * read) / Math.max(bytes, 1)));
  }
  return { jobs, bytes, read };
}

async function queryShard(
  documents: DynamoDBDocumentClient,
  tableName: string,
  { status, from, to, limit, after }: JobQuery,
  shard: number,
): Promise<Key[]> {
  const [lower, upper] = [from ?? "0", upperBound(to, after)];
  // DynamoDB refuses an empty range, which a client may well ask for.
  if (lower > upper) return [];
  const [index, attribute] =
    status === undefined ? ["byTime", "timeShard"] : ["byStatus", "statusShard"];
  const { Items } = await documents.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: index,
      KeyConditionExpression: "#shard = :shard AND listKey BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#shard": attribute },
      ExpressionAttributeValues: {
        ":shard": `${status ?? "all"}#${shard}`,
        ":from": lower,
        ":to": upper,
      },
      ScanIndexForward: false,
      // The job at the boundary is found again and dropped.
      Limit: limit + 1,
    }),
  );
  return z
    .array(keySchema)
    .parse(Items ?? [])
    .filter(({ listKey }) => listKey !== after)
    .slice(0, limit);
}

/** `to` is exclusive: every `listKey` of that instant is its text followed by `#`. */
function upperBound(to: string | undefined, after: string | undefined): string {
  const bounds = [to, after].filter((bound) => bound !== undefined).sort();
  // Sorts after every digit, and so after every timestamp.
  return bounds[0] ?? ":";
}

async function fetchJobs(
  documents: DynamoDBDocumentClient,
  tableName: string,
  videoModelIds: readonly string[],
): Promise<ReadonlyMap<string, Job>> {
  const found = new Map<string, Job>();
  // DynamoDB refuses a key that is named twice.
  let wanted = [...new Set(videoModelIds)].map((videoModelId) => ({ videoModelId }));
  while (wanted.length > 0) {
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({
        // Consistent, or a cursor could skip a job that was only just created.
        RequestItems: { [tableName]: { Keys: wanted, ConsistentRead: true } },
      }),
    );
    for (const item of Responses?.[tableName] ?? []) {
      const job = jobSchema.parse(item);
      found.set(job.videoModelId, job);
    }
    if (UnprocessedKeys?.[tableName] !== undefined) await sleep(UNPROCESSED_PAUSE_MS);
    wanted = z
      .array(z.object({ videoModelId: z.string() }))
      .parse(UnprocessedKeys?.[tableName]?.Keys ?? []);
  }
  return found;
}

function newestFirst(a: Key, b: Key): number {
  return a.listKey < b.listKey ? 1 : -1;
}
