import * as z from "zod/mini";
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
    ":fault": z.optional(z.object({ M: z.object({ execution: text }) })),
    ":statusHistory": z.object({
      L: z.array(z.object({ M: z.object({ seq: number, status: text, attempt: number }) })),
    }),
  }),
});

const created = z.object({ data: z.object({ _id: z.string() }) });
const swapRequest = z.object({ prompt: z.string() });

/** Notes what a request has brought about. */
export function recordEffect(ledger: Ledger, { assembly }: World, effect: Effect): void {
  const { exchange, requestBody, answer } = effect;
  if (answer.status !== 200) return;
  switch (exchange.operation) {
    case "dynamodb:UpdateItem": {
      const parsed = recordWrite.safeParse(JSON.parse(requestBody.toString()));
      if (!parsed.success || parsed.data.TableName !== assembly.table.name) return;
      const { Key, ExpressionAttributeValues: values } = parsed.data;
      ledger.writes.push({
        videoModelId: Key.videoModelId.S,
        status: values[":status"].S,
        attempt: Number(values[":attempt"].N),
        execution: values[":execution"].S,
        faultOf: values[":fault"]?.M.execution.S,
        statuses: values[":statusHistory"].L.map(({ M }) => ({
          seq: Number(M.seq.N),
          status: M.status.S,
          attempt: Number(M.attempt.N),
        })),
      });
      return;
    }
    case "akool:look": {
      const id = new URL(exchange.request.url ?? "", "http://akool").searchParams.get(
        "video_model_id",
      );
      ledger.looks.push({
        videoModelId: id ?? "",
        sawWrites: exchange.invocation?.sawWrites ?? 0,
        writes: ledger.writes.length,
      });
      return;
    }
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
