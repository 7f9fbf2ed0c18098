// Run by kill.test.ts as a process of its own, to be killed: argv is the directory for its files.
import { join } from "node:path";
import { receiptHandle } from "../../src/sqs/message.ts";
import { Queue } from "../../src/sqs/queue.ts";

const queue = await Queue.open({
  directory: join(process.argv[2] ?? "", "sqs", "Dead"),
  visibilityTimeoutSeconds: 30,
  now: () => 1_000_000,
});

for (let number = 1; ; number += 1) {
  await queue.send({ body: String(number), attributes: {} });
  console.log(`sent ${number}`);
  if (number % 2 === 1) continue;
  // The oldest: what was received before is hidden.
  const [message] = await queue.receive(1);
  console.log(`received ${message?.body}`);
  if (number % 4 === 0 && message !== undefined) {
    console.log(`deleting ${message.body}`);
    await queue.delete(receiptHandle(message));
    console.log(`deleted ${message.body}`);
  }
}
