import type { JobScript } from "@akool-archiver/akool-simulator/job-script.ts";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { Stage } from "./scenario.ts";
import { NeverCame, until } from "./until.ts";

/** The record of a job, as far as scenarios look at it. */
const recordSchema = z.looseObject({
  status: z.string(),
  attempt: z.number(),
  execution: z.optional(z.string()),
  statusHistory: z.array(z.looseObject({ status: z.string() })),
  archive: z.optional(z.looseObject({ bytes: z.number(), key: z.string() })),
  failure: z.optional(z.looseObject({ code: z.string(), reason: z.string() })),
  fault: z.optional(z.looseObject({ code: z.string(), reason: z.string(), execution: z.string() })),
  tags: z.optional(z.record(z.string(), z.string())),
  taskToken: z.optional(z.string()),
});

export type JobRecord = z.infer<typeof recordSchema>;

/** Jobs by what AKOOL does with them. */
export const SCRIPTS = {
  finishesSoon: {
    queueMs: 2_000,
    processMs: 2_500,
    end: { kind: "complete", file: { kind: "sample" } },
  },
  isFinished: { queueMs: 0, processMs: 0, end: { kind: "complete", file: { kind: "sample" } } },
  fails: { queueMs: 0, processMs: 0, end: { kind: "fail", reason: "no face found" } },
  neverEnds: { queueMs: 0, processMs: 0, end: { kind: "never" } },
  leadsAway: {
    queueMs: 0,
    processMs: 0,
    end: { kind: "complete", file: { kind: "redirect", location: "https://example.com/v.mp4" } },
  },
} as const satisfies Record<string, JobScript>;

/** @returns the job's record; undefined while there is none. */
export async function recordOf({ aws, stack }: Stage, id: string): Promise<JobRecord | undefined> {
  const { Item } = await aws.documents.send(
    new GetCommand({
      TableName: stack.output("TableName"),
      Key: { videoModelId: id },
      ConsistentRead: true,
    }),
  );
  return Item === undefined ? undefined : recordSchema.parse(Item);
}

/** The archiver itself has failed to follow a job: nothing more is to be expected of that execution. */
class OwnFault extends Error {
  override readonly name = "OwnFault";
}

/** Waits until a job has a status. */
export async function reaches(
  stage: Stage,
  id: string,
  status: string,
  seconds = 30,
): Promise<JobRecord> {
  let last: JobRecord | undefined;
  const isThere = async () => {
    last = await recordOf(stage, id);
    if (last?.status === status) return last;
    requireFaultless(last);
    return undefined;
  };
  return until(`${id} ${status}`, isThere, seconds).catch((error: unknown) => {
    if (!(error instanceof NeverCame)) throw error;
    throw new NeverCame(`${error.message}: it is ${last?.status}`);
  });
}

/** Waits until a job's record has a field. */
export async function has<Field extends keyof JobRecord>(
  stage: Stage,
  id: string,
  field: Field,
): Promise<NonNullable<JobRecord[Field]>> {
  return until(`${field} of ${id}`, async () => {
    const record = await recordOf(stage, id);
    const value = record?.[field];
    if (value === undefined) requireFaultless(record);
    return value ?? undefined;
  });
}

/** Waiting on would only take the rest of the time. */
function requireFaultless(record: JobRecord | undefined): void {
  const { fault, execution } = record ?? {};
  if (fault === undefined || fault.execution !== execution) return;
  throw new OwnFault(`${fault.code}: ${fault.reason}`);
}
