import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import type { Playing } from "./play.ts";

/** Lambda's record of an asynchronous invocation that failed. */
const failedInvocation = z.object({
  requestContext: z.object({ functionArn: z.string() }),
  requestPayload: z.unknown(),
});

/**
 * Does with every message of the dead-letter queue what `docs/operations.md` says: a function that
 * failed is invoked again with what it was given. (No other message can come about: every request
 * names a job, and EventBridge's own deliveries outlive every outage.)
 *
 * @returns whether there was any
 */
export async function redriveDeadLetters({ world, ledger, invoke }: Playing): Promise<boolean> {
  const QueueUrl = world.assembly.queues[0]?.url;
  const { sqs } = world.clients;
  const { Messages = [] } = await world.clock.runReal(() =>
    sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })),
  );
  for (const { Body = "", ReceiptHandle } of Messages) {
    const { requestContext, requestPayload } = failedInvocation.parse(JSON.parse(Body));
    const asset = [...world.assembly.functions.values()].find(({ arn }) =>
      requestContext.functionArn.startsWith(arn),
    );
    ledger.count("dead letter redriven by the operator");
    await invoke(asset?.logicalId ?? "", requestPayload);
    await world.clock.runReal(() =>
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
    );
  }
  return Messages.length > 0;
}
