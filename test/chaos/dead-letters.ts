import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import type { Playing } from "./playing.ts";

const letter = z.union([
  /** Lambda's record of an asynchronous invocation that failed. */
  z.object({
    requestContext: z.object({ functionArn: z.string().check(z.includes("ExecutionEnded")) }),
    requestPayload: z.unknown(),
  }),
  /** An execution's end that EventBridge could not deliver. */
  z.looseObject({ "detail-type": z.literal("Step Functions Execution Status Change") }),
]);

type Letter = z.infer<typeof letter>;

/**
 * Does with every message of the dead-letter queue what `docs/operations.md` says. A third kind, a
 * request that names no job, is not part of any history.
 *
 * @returns whether there was any
 */
export async function redriveDeadLetters(playing: Playing): Promise<boolean> {
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
    await redrive(letter.parse(JSON.parse(Body)), playing);
  }
  return Messages.length > 0;
}

/** Whichever of the two has failed, what has to be done is the same: ExecutionEnded runs after all. */
async function redrive(what: Letter, { world, invoke }: Playing): Promise<unknown> {
  const ended = world.functions.get("ExecutionEnded");
  if (ended === undefined) throw new Error("no function ExecutionEnded");
  return invoke(ended.logicalId, "requestPayload" in what ? what.requestPayload : what);
}
