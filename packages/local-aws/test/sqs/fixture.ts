import { join } from "node:path";
import { test as base } from "@akool-archiver/test-support/temporary-directory.ts";
import { SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_CLIENT } from "../../src/http/local-client.ts";
import { startSqs } from "../../src/sqs/sqs.ts";

export const QUEUE = {
  name: "Dead",
  arn: "arn:aws:sqs:us-east-1:000000000000:Dead",
  url: "http://127.0.0.1/000000000000/Dead",
  properties: { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 },
};

/** An emulator with QUEUE in `directory`, and a client of it; `clock.ms` is its time. */
export async function open(directory: string, clock = { ms: Date.now() }) {
  const sqs = await startSqs({ directory: join(directory, "sqs"), now: () => clock.ms });
  await sqs.createQueue(QUEUE);
  const client = new SQSClient({
    endpoint: sqs.endpoint,
    ...LOCAL_CLIENT,
    maxAttempts: 1,
  });
  return {
    sqs,
    client,
    clock,
    async close() {
      client.destroy();
      await sqs.close();
    },
  };
}

/** A test with an emulator of its own. */
export const test = base.extend("emulator", async ({ directory }, { onCleanup }) => {
  const emulator = await open(directory);
  onCleanup(() => emulator.close());
  return emulator;
});
