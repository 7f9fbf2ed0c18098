import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import type { Doors } from "./doors.ts";
import type { Playing } from "./play.ts";

const execution = z.pipe(
  z.pipe(
    z.string(),
    z.transform((text): unknown => JSON.parse(text)),
  ),
  z.object({ videoModelId: z.string() }),
);

const letter = z.union([
  /** Lambda's record of an asynchronous invocation that failed. */
  z.object({
    requestContext: z.object({ functionArn: z.string() }),
    requestPayload: z.unknown(),
  }),
  /** An execution's end that EventBridge could not deliver. */
  z.object({ detail: z.object({ input: execution }) }),
]);

type Letter = z.infer<typeof letter>;

/**
 * Does with every message of the dead-letter queue what `docs/operations.md` says. A third kind, a
 * request that names no job, is not part of any history.
 *
 * @returns whether there was any
 */
export async function redriveDeadLetters(playing: Playing, doors: Doors): Promise<boolean> {
  const { clock, clients, assembly } = playing.world;
  const QueueUrl = assembly.queues[0]?.url;
  const { Messages = [] } = await clock.runReal(() =>
    clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })),
  );
  for (const { Body = "", ReceiptHandle } of Messages) {
    await clock.runReal(() =>
      clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
    );
    playing.ledger.count("dead letter redriven by the operator");
    await redrive(letter.parse(JSON.parse(Body)), playing, doors);
  }
  return Messages.length > 0;
}

async function redrive(what: Letter, { world, invoke }: Playing, doors: Doors): Promise<unknown> {
  if ("detail" in what) return doors.api(`POST /jobs/${what.detail.input.videoModelId}/retry`);
  const asset = [...world.assembly.functions.values()].find(({ arn }) =>
    what.requestContext.functionArn.startsWith(arn),
  );
  return invoke(asset?.logicalId ?? "", what.requestPayload);
}
