import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { paginateQuery, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { type Submission, submissionSchema } from "./submission-store.ts";
import { documentClient } from "./versioned-write.ts";

export type SubmissionState = Submission["state"];

/** A place in the list, which is ordered by creation and then by key. */
export interface SubmissionPlace {
  createdAt: string;
  idempotencyKey: string;
}

interface StateQuery {
  state: SubmissionState;
  limit: number;
  /** Only submissions behind this place. */
  after?: SubmissionPlace | undefined;
}

/** Finds submissions by their state, in an index of the submission table. */
export interface SubmissionList {
  /** The newest first, as the index has them: it follows the table within moments. */
  inState(query: StateQuery): Promise<Submission[]>;
  /** How many were created in a range of instants, both included; one read. */
  count(state: SubmissionState, from: string, to: string): Promise<number>;
  /** The estimated credits of those, added up; one read, which brings a thousand or more. */
  estimate(state: SubmissionState, from: string, to: string): Promise<number>;
}

const estimateSchema = z.array(z.object({ estimatedCredits: z.number() }));

/** The list of submissions on DynamoDB. */
export function createSubmissionList(client: DynamoDBClient, tableName: string): SubmissionList {
  const documents = documentClient(client);
  const ofRange = (state: SubmissionState, from: string, to: string) => ({
    TableName: tableName,
    IndexName: BY_STATE,
    KeyConditionExpression: "#state = :state AND createdAt BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":state": state, ":from": from, ":to": to },
  });

  return {
    async inState({ state, limit, after }) {
      const pages = paginateQuery(
        { client: documents },
        {
          ...ofRange(state, "0", after?.createdAt ?? ":"),
          ScanIndexForward: false,
          Limit: limit + 1,
        },
      );
      const found: Submission[] = [];
      for await (const { Items } of pages) {
        const read = z.array(submissionSchema).parse(Items ?? []);
        found.push(...read.filter((it) => after === undefined || isBehind(it, after)));
        // One more shows whether those of the last instant are all there.
        if (found.length > limit && found[limit]?.createdAt !== found[limit - 1]?.createdAt) break;
      }
      return found.sort(newestFirst).slice(0, limit);
    },
    async count(state, from, to) {
      if (from > to) return 0;
      const query = new QueryCommand({ ...ofRange(state, from, to), Select: "COUNT" });
      return (await documents.send(query)).Count ?? 0;
    },
    async estimate(state, from, to) {
      if (from > to) return 0;
      const query = new QueryCommand({
        ...ofRange(state, from, to),
        ProjectionExpression: "estimatedCredits",
      });
      const { Items } = await documents.send(query);
      return estimateSchema
        .parse(Items ?? [])
        .reduce((sum, { estimatedCredits }) => sum + estimatedCredits, 0);
    },
  };
}

const BY_STATE = "byState";

/** Of two submissions of one instant, the one whose key comes later is the first. */
export function newestFirst(one: SubmissionPlace, other: SubmissionPlace): number {
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt ? 1 : -1;
  if (one.idempotencyKey === other.idempotencyKey) return 0;
  return one.idempotencyKey < other.idempotencyKey ? 1 : -1;
}

function isBehind(submission: SubmissionPlace, place: SubmissionPlace): boolean {
  return newestFirst(place, submission) < 0;
}
