import * as z from "zod/mini";
import type { Exchange } from "./exchange.ts";
import type { Ledger } from "./ledger.ts";
import type { Effect } from "./wire.ts";
import type { World } from "./world.ts";

const text = z.object({ S: z.string() });
const number = z.object({ N: z.string() });

/** An UpdateItem that writes the whole record of a job. */
const recordWrite = z.object({
  TableName: z.string(),
  Key: z.object({ videoModelId: text }),
  ExpressionAttributeValues: z.object({
    ":status": text,
    ":attempt": number,
    ":execution": text,
    ":sweepAt": z.optional(text),
    ":fault": z.optional(z.object({ M: z.object({ execution: text }) })),
    ":statusHistory": z.object({
      L: z.array(
        z.object({
          M: z.object({
            seq: number,
            status: text,
            at: text,
            attempt: number,
            reason: z.optional(text),
          }),
        }),
      ),
    }),
  }),
});

/** The sweeper's own: it comes back later. */
const postponement = z.object({
  Key: z.object({ videoModelId: text }),
  UpdateExpression: z.literal("SET sweepAt = :until"),
  ExpressionAttributeValues: z.object({ ":until": text }),
});

/** A change could not be published: the sweeper is to come at once. */
const publicationPutOff = z.object({
  Key: z.object({ videoModelId: text }),
  UpdateExpression: z.literal("SET sweepAt = :now, sweepShard = :shard"),
  ExpressionAttributeValues: z.object({ ":now": text }),
});

/** The last change is published: the sweeper has nothing left to see to. */
const lastPublication = z.object({
  Key: z.object({ videoModelId: text }),
  UpdateExpression: z.templateLiteral(["SET publishedSeq = :seq REMOVE sweepAt", z.string()]),
});

const created = z.object({ data: z.object({ _id: z.string() }) });
const swapRequest = z.object({ prompt: z.string() });

/** Notes what a request has brought about. */
export function recordEffect(ledger: Ledger, { assembly }: World, effect: Effect): void {
  const { exchange, requestBody, answer } = effect;
  if (answer.status !== 200) return;
  switch (exchange.operation) {
    case "dynamodb:UpdateItem":
      recordUpdate(ledger, assembly.table.name, exchange.now(), JSON.parse(requestBody.toString()));
      return;
    case "akool:create": {
      const parsed = created.safeParse(JSON.parse(answer.body.toString()));
      const request = swapRequest.safeParse(JSON.parse(requestBody.toString()));
      if (parsed.success && request.success) {
        ledger.creations.push({
          idempotencyKey: request.data.prompt,
          videoModelId: parsed.data.data._id,
        });
      }
    }
  }
}

/** Notes a poll of AKOOL before anything becomes of it. */
export function recordPoll(
  ledger: Ledger,
  { request, invocation }: Exchange,
  fault: string | undefined,
): void {
  const { searchParams } = new URL(request.url ?? "", "http://akool");
  ledger.polls.push({
    videoModelId: searchParams.get("video_model_id") ?? "",
    by: invocation?.name ?? "",
    fault,
    sawWrites: invocation?.sawWrites ?? 0,
    writes: ledger.writes.length,
  });
}

function recordUpdate(ledger: Ledger, jobTable: string, at: number, body: unknown): void {
  const postponed = postponement.safeParse(body);
  if (postponed.success) {
    const { Key, ExpressionAttributeValues: values } = postponed.data;
    ledger.sweepAt.set(Key.videoModelId.S, Date.parse(values[":until"].S));
  }
  const putOff = publicationPutOff.safeParse(body);
  if (putOff.success) {
    const { Key, ExpressionAttributeValues: values } = putOff.data;
    ledger.sweepAt.set(Key.videoModelId.S, Date.parse(values[":now"].S));
  }
  const published = lastPublication.safeParse(body);
  if (published.success) ledger.sweepAt.delete(published.data.Key.videoModelId.S);
  const parsed = recordWrite.safeParse(body);
  if (!parsed.success || parsed.data.TableName !== jobTable) return;
  const { Key, ExpressionAttributeValues: values } = parsed.data;
  const videoModelId = Key.videoModelId.S;
  if (values[":sweepAt"] === undefined) ledger.sweepAt.delete(videoModelId);
  else ledger.sweepAt.set(videoModelId, Date.parse(values[":sweepAt"].S));
  ledger.writes.push({
    videoModelId,
    status: values[":status"].S,
    attempt: Number(values[":attempt"].N),
    execution: values[":execution"].S,
    faultOf: values[":fault"]?.M.execution.S,
    statuses: values[":statusHistory"].L.map(({ M }) => ({
      seq: Number(M.seq.N),
      status: M.status.S,
      at: M.at.S,
      attempt: Number(M.attempt.N),
      ...(M.reason === undefined ? {} : { reason: M.reason.S }),
    })),
    at,
  });
}
