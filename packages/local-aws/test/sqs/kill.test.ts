import { runUntilLine } from "@akool-archiver/test-support/killed-process.ts";
import { test } from "@akool-archiver/test-support/temporary-directory.ts";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import { open, QUEUE } from "./fixture.ts";

const SCRIPT = new URL("./killed-process.ts", import.meta.url);

test("a queue survives the killing of its process", async ({ directory }) => {
  const lines = await runUntilLine(SCRIPT, directory, "sent 18");
  const those = (did: string) =>
    lines.flatMap((line) => (line.startsWith(did) ? [line.slice(did.length + 1)] : []));
  const clock = { ms: 1_000_000 };
  const { client, close } = await open(directory, clock);
  const receiveAll = async () => {
    const bodies: (string | undefined)[] = [];
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: QUEUE.url, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body }) => Body));
    }
  };

  const visible = await receiveAll();
  clock.ms += 30_000;
  const all = await receiveAll();

  const deleting = those("deleting");
  const kept = those("sent").filter((body) => !deleting.includes(body));
  expect(kept.length).toBeGreaterThanOrEqual(14);
  expect(all).toEqual(expect.arrayContaining(kept));
  const both = (one: readonly unknown[], other: readonly unknown[]) =>
    one.filter((body) => other.includes(body));
  expect(both(all, those("deleted"))).toEqual([]);
  expect(both(visible, those("received"))).toEqual([]);
  await close();
});
